#include "plugins/host/toml_bounds.h"

#include <catch2/catch.hpp>

using assay::host::find_too_deep_toml;

namespace {

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}
// "3: reason", or nothing.
std::string found(const std::string& text) {
  const auto deep = find_too_deep_toml(text);
  return deep ? std::to_string(deep->line) + ": " + deep->reason : "";
}

const std::string dots = "a key of more than 64 dots", brackets = "brackets more than 64 deep";

}  // namespace

TEST_CASE("TOML bounds: what is too deep") {
  const std::string key = "a" + times(65, ".a");
  CHECK(found(key + " = 1") == "1: " + dots);
  CHECK(found("[a]\n\n[" + key + "]\n") == "3: " + dots);
  CHECK(found("[[" + key + "]]") == "1: " + dots);
  CHECK(found("x = {b = 1, " + key + " = 1}") == "1: " + dots);
  CHECK(found("\"a\"" + times(65, " . 'b.c'") + " = 1") == "1: " + dots);
  CHECK(found("x = [\n# a comment [[[\n" + times(64, "[")) == "3: " + brackets);
  CHECK(found("x = " + times(65, "{a=")) == "1: " + brackets);
  CHECK(found("x = " + times(33, "[{a=")) == "1: " + brackets);
}

TEST_CASE("TOML bounds: what is not") {
  const std::string many = times(200, ".[{");
  const std::string fine[] = {
      "",
      "\n",
      "a" + times(64, ".a") + " = 1",
      "x = " + times(64, "[") + times(64, "]"),
      "# " + many,
      "x = \"" + many + "\"",
      "x = '" + many + "'",
      "x = \"\\\"" + many + "\\\\\"",
      "x = '''\n''" + many + "\n'''",
      "x = \"\"\"\n\\\"\"\"" + many + "\n\"\"\"",
      "x = [" + times(200, "1.5, ") + "]",
      times(200, "[a.b]\nc = {d.e = [1.5]}\n"),
  };
  for (const auto& text : fine) CHECK(found(text) == "");
}

// A string must end for us where it ends for the parser, or what follows would hide in it.
TEST_CASE("TOML bounds: the ends of strings") {
  const char* before[] = {
      "x = ''",        "x = 'a\\'",     R"(x = "\\")",         R"(x = """a"""")",        R"(x = '''a''''')",
      R"(x = """""")", R"(x = '''''')", "x = 'never closed\n", "x = \"never closed\\\n", "# it's\n"};
  for (const std::string text : before) {
    INFO(text);
    CHECK(found(text + ", " + times(65, "[")) != "");
  }
}
