#include "storage/data_directory.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <optional>

#include "storage/room_store.h"
#include "storage/temporary_directory.h"

namespace assay::storage {
namespace {

using Kind = StorageError::Kind;

std::optional<Kind> opening(const std::string& path) {
  try {
    open_store(path);
    return std::nullopt;
  } catch (const StorageError& error) {
    const std::string text = error.what();
    INFO(text);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find(path) != std::string::npos);
    CHECK(text.find(';') != std::string::npos);
    return error.kind;
  }
}

}  // namespace

TEST_CASE("data directory: FORMAT") {
  struct Case {
    const char* name;
    std::string text;
    std::optional<Kind> kind;
  };
  const Case cases[] = {
      {"ours", "assay-data 1\n", std::nullopt},
      {"newer", "assay-data 2\n", Kind::newer_format},
      {"much newer", "assay-data 4000000000\n", Kind::newer_format},
      {"nought", "assay-data 0\n", Kind::corrupt},
      {"empty", "", Kind::corrupt},
      {"no number", "assay-data \n", Kind::corrupt},
      {"cut short", "assay-da", Kind::corrupt},
      {"more than a number", "assay-data 1x\n", Kind::corrupt},
      {"over 32 bits", "assay-data 5000000000\n", Kind::corrupt},
      {"something else", "hello\n", Kind::corrupt},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const TemporaryDirectory directory;
    REQUIRE_FALSE(opening(directory.path()));
    std::ofstream(directory.path() + "/FORMAT", std::ios::trunc) << c.text;
    CHECK(opening(directory.path()) == c.kind);
    std::ofstream(directory.path() + "/FORMAT", std::ios::trunc) << "assay-data 1\n";
    CHECK_FALSE(opening(directory.path()));  // nothing was lost by the refusal
  }
}

TEST_CASE("data directory: a missing FORMAT beside data is not a fresh directory") {
  const TemporaryDirectory directory;
  REQUIRE_FALSE(opening(directory.path()));
  std::filesystem::remove(directory.path() + "/FORMAT");
  CHECK(opening(directory.path()) == Kind::corrupt);
}

TEST_CASE("data directory: one owner at a time") {
  const TemporaryDirectory directory;
  auto store = open_store(directory.path());
  CHECK(opening(directory.path()) == Kind::in_use);
  store.reset();
  CHECK_FALSE(opening(directory.path()));
}

TEST_CASE("data directory: made with its parents; a file in its place is an error") {
  const TemporaryDirectory directory;
  CHECK_FALSE(opening(directory.path() + "/a/b/c"));
  std::ofstream(directory.path() + "/file") << "x";
  CHECK(opening(directory.path() + "/file") == Kind::io);
  CHECK(opening(directory.path() + "/file/below") == Kind::io);
}

}  // namespace assay::storage
