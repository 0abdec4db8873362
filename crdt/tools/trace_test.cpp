#include "crdt/tools/trace.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {

Trace parse_text(const char* json) {
  return parse_trace({reinterpret_cast<const std::uint8_t*>(json), std::strlen(json)}, "trace");
}

TEST_CASE("parse_trace: a sequential one needs one document") {
  const Trace trace = parse_text(
      R"({"startContent":"ab","endContent":"axb","txns":[{"patches":[[1,0,"x"]]},{"patches":[[0,1,""],[0,0,"a"]]}]})");
  CHECK(trace.start == "ab");
  CHECK(trace.documents == 1);
  REQUIRE(trace.steps.size() == 2);
  CHECK(trace.steps[1].patches[0].removed == 1);
  CHECK(trace.patch_count() == 3);
}

TEST_CASE("parse_trace: concurrent authors, and what each must see first") {
  // 0 and 1 at once by two authors; 2 by the first after both; 3 by the second after 1 alone.
  const Trace trace = parse_text(R"({"kind":"concurrent","endContent":"","txns":[
    {"parents":[],"agent":0,"patches":[]}, {"parents":[],"agent":1,"patches":[]},
    {"parents":[0,1],"agent":0,"patches":[]}, {"parents":[1],"agent":1,"patches":[]}]})");
  REQUIRE(trace.documents == 2);
  CHECK(trace.steps[2].needs == std::vector<std::uint32_t>{1});
  CHECK(trace.steps[3].document == trace.steps[1].document);
  CHECK(trace.steps[3].needs.empty());
}

TEST_CASE("parse_trace: an author whose history forks gets a further document") {
  const Trace trace = parse_text(R"({"kind":"concurrent","endContent":"","txns":[
    {"parents":[],"agent":0,"patches":[]}, {"parents":[0],"agent":0,"patches":[]},
    {"parents":[0],"agent":0,"patches":[]}]})");
  REQUIRE(trace.documents == 2);
  CHECK(trace.steps[2].document == 1);
  CHECK(trace.steps[2].needs == std::vector<std::uint32_t>{0});
}

TEST_CASE("parse_trace: what is no trace") {
  for (const char* json :
       {"", "[]", "{}", R"({"endContent":""})", R"({"endContent":"","txns":[{"patches":[[-1]]}]})",
        R"({"kind":"concurrent","endContent":"","txns":[{"parents":[0],"agent":0,"patches":[]}]})"})
    CHECK_THROWS_AS(parse_text(json), ToolError);
}

}  // namespace assay::crdt::tools
