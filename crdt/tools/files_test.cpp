#include "crdt/tools/files.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {

struct SplitCase {
  const char* name;
  Bytes file;
  std::optional<std::vector<std::size_t>> lengths;  // none: refused
};

TEST_CASE("split_updates: lengths and cuts") {
  const SplitCase cases[] = {
      {"nothing", {}, std::vector<std::size_t>{}},
      {"one", {2, 0, 0, 0, 9, 9}, std::vector<std::size_t>{2}},
      {"an empty one and one", {0, 0, 0, 0, 1, 0, 0, 0, 9}, std::vector<std::size_t>{0, 1}},
      {"length cut", {1, 0, 0}, std::nullopt},
      {"update cut", {2, 0, 0, 0, 9}, std::nullopt},
      {"length of 4 GiB", {255, 255, 255, 255, 1}, std::nullopt},
  };
  for (const SplitCase& c : cases) {
    INFO(c.name);
    if (!c.lengths) {
      CHECK_THROWS_AS(split_updates(c.file, "file"), ToolError);
      continue;
    }
    std::vector<std::size_t> got;
    for (const ByteView update : split_updates(c.file, "file")) got.push_back(update.size());
    CHECK(got == *c.lengths);
  }
}

TEST_CASE("decode_or_throw: names the format that it would be") {
  const auto refusal = [](const Bytes& bytes, UpdateFormat format) {
    try {
      decode_or_throw(bytes, format, "it");
      return std::string();
    } catch (const ToolError& error) {
      return std::string(error.what());
    }
  };
  Document document;
  {
    Transaction transaction(document, ClientId{1});
    transaction.insert_text(document.root("t", TypeKind::text), 0, "words");
  }
  const Bytes v2 = document.encode_since({}, UpdateFormat::v2);
  CHECK(refusal(v2, UpdateFormat::v1).ends_with("; it is one in format 2: give --v2"));
  CHECK(refusal(v2, UpdateFormat::v2).empty());
  const Bytes v1 = document.encode_since();
  CHECK(refusal(v1, UpdateFormat::v2).ends_with("; it is one in format 1: leave out --v2"));
  CHECK(refusal({1, 2, 3}, UpdateFormat::v1).ends_with(")"));
}

TEST_CASE("read_file: a missing one is input that cannot be read") {
  try {
    read_file("no such file");
    FAIL("read it");
  } catch (const ToolError& error) {
    CHECK(error.code == exit_input);
  }
}

TEST_CASE("read_file: gzip that stands for more than is kept is refused") {
  const auto path = std::filesystem::temp_directory_path() / "assay_files_test_bomb.gz";
  {
    const gzFile file = gzopen(path.c_str(), "wb9");
    REQUIRE(file != nullptr);
    const Bytes zeros(1u << 20);
    for (int i = 0; i < 513; ++i) REQUIRE(gzwrite(file, zeros.data(), 1u << 20) == 1 << 20);
    gzclose(file);
  }
  try {
    read_file(path.string());
    FAIL("read it");
  } catch (const ToolError& error) {
    CHECK(error.code == exit_input);
    CHECK(std::string(error.what()).find("512 MiB") != std::string::npos);
  }
  std::filesystem::remove(path);
}

}  // namespace assay::crdt::tools
