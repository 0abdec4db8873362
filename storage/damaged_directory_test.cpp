// What is lost or damaged in a data directory is told, every time, and opening changes nothing then.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string_view>

#include "storage/room_store.h"
#include "storage/temporary_directory.h"

namespace assay::storage {
namespace {

using Kind = StorageError::Kind;

using Files = std::map<std::string, std::string>;

// Every file below, but for the lock. An empty directory counts as a file.
Files files_in(const std::string& path) {
  Files out;
  for (const auto& item : std::filesystem::recursive_directory_iterator(path)) {
    const auto name = std::filesystem::relative(item.path(), path).string();
    if (name == "LOCK") continue;
    std::ifstream file(item.path(), std::ios::binary);
    out[name] = item.is_directory() ? "" : std::string(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

void put_back(const std::string& path, const Files& files) {
  for (const auto& item : std::filesystem::directory_iterator(path)) std::filesystem::remove_all(item.path());
  for (const auto& [name, bytes] : files) {
    const auto place = std::filesystem::path(path) / name;
    if (name == "log") {
      std::filesystem::create_directory(place);
    } else {
      std::ofstream(place, std::ios::binary) << bytes;
    }
  }
}

constexpr std::uint64_t entries = 60;

// In the log alone, or (`settled`) in tables as well.
void fill(const std::string& path, bool settled) {
  for (std::uint64_t sequence = 1; sequence <= entries; ++sequence) {
    static std::unique_ptr<RoomStore> store;
    if (sequence == 1 || (settled && sequence == entries / 2)) {
      store.reset();
      store = open_store(path);
    }
    store->append_and_wait({"room", {{sequence, 1, "u", Bytes(300, 7)}}, {}});
    if (sequence == entries) store.reset();
  }
}

StoreOptions reading(std::vector<std::string>* told = nullptr) {
  StoreOptions options;
  options.read_only = true;
  if (told != nullptr) options.warn = [told](const std::string& text) { told->push_back(text); };
  return options;
}

std::optional<Kind> kind_of_opening(const std::string& path, const StoreOptions& options) {
  try {
    open_store(path, options);
    return std::nullopt;
  } catch (const StorageError& error) {
    const std::string text = error.what();
    CHECK(text.find(path) != std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    return error.kind;
  }
}

void check_whole(const std::string& path) {
  const auto store = open_store(path);
  CHECK(store->history("room", 1, ~0ull).size() == entries);
  CHECK(store->verify({}).empty());
}

}  // namespace

TEST_CASE("data directory: what is gone from a store is damage every time, and nothing else goes with it") {
  const auto ends_with = [](const char* ending) {
    return [ending](const std::string& name) { return name.ends_with(ending); };
  };
  const auto begins_with = [](const char* beginning) {
    return [beginning](const std::string& name) { return name.starts_with(beginning); };
  };
  struct Case {
    const char* name;
    std::function<bool(const std::string&)> gone;
    bool settled_only;
  };
  const Case cases[] = {
      {"CURRENT", ends_with("/CURRENT"), false},
      {"the manifest", begins_with("log/MANIFEST"), false},
      {"CURRENT and the manifest",
       [](const std::string& name) { return name == "log/CURRENT" || name.starts_with("log/MANIFEST"); },
       false},
      {"everything in log/", begins_with("log/"), false},
      {"log/", [](const std::string& name) { return name == "log" || name.starts_with("log/"); }, false},
      {"the log files", ends_with(".log"), false},
      {"tables", ends_with(".sst"), true},
      {"FORMAT", ends_with("FORMAT"), false},
      {"FORMAT and CURRENT",
       [](const std::string& name) { return name == "FORMAT" || name == "log/CURRENT"; }, false},
      {"FORMAT and log/, not the mark beside it",
       [](const std::string& name) { return name == "FORMAT" || name == "log" || name.starts_with("log/"); },
       false},
  };
  for (const bool settled : {false, true}) {
    const TemporaryDirectory directory;
    fill(directory.path(), settled);
    const auto whole = files_in(directory.path());
    for (const auto& c : cases) {
      if (c.settled_only && !settled) continue;
      INFO(c.name << (settled ? ", settled" : ", in the log alone"));
      auto left = whole;
      REQUIRE(std::erase_if(left, [&](const auto& file) { return c.gone(file.first); }) != 0);
      put_back(directory.path(), left);
      for (int time = 0; time < 2; ++time) {
        CHECK(kind_of_opening(directory.path(), reading()) == Kind::corrupt);
        CHECK(files_in(directory.path()) == left);
        CHECK(kind_of_opening(directory.path(), {}) == Kind::corrupt);
        CHECK(files_in(directory.path()) == left);
      }
      put_back(directory.path(), whole);
      check_whole(directory.path());
    }
  }
}

TEST_CASE("data directory: the log damaged or cut off anywhere is told, and nothing changes") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  struct Case {
    const char* name;
    std::function<void(std::string&, std::size_t at)> spoil;
  };
  const Case cases[] = {
      {"one bit", [](auto& bytes, auto at) { bytes[at] ^= 4; }},
      {"512 zeros",
       [](auto& bytes, auto at) {
         bytes.replace(at, 512, std::min<std::size_t>(512, bytes.size() - at), '\0');
       }},
      {"cut off", [](auto& bytes, auto at) { bytes.resize(at); }},
  };
  for (const bool settled : {false, true}) {
    const TemporaryDirectory directory;
    fill(directory.path(), settled);
    const auto whole = files_in(directory.path());
    const auto log = std::find_if(whole.begin(), whole.end(), [](const auto& file) {
                       return file.first.ends_with(".log") && !file.second.empty();
                     })->first;
    const auto size = whole.at(log).size();
    for (const auto& c : cases) {
      for (const auto at :
           {std::size_t{0}, size - 1, size - 200, size / 2, random() % size, random() % size}) {
        INFO(c.name << " at byte " << at << " of " << size << (settled ? ", settled" : ""));
        auto spoilt = whole;
        c.spoil(spoilt[log], at);
        if (spoilt == whole) continue;  // zeros were there
        put_back(directory.path(), spoilt);
        CHECK(kind_of_opening(directory.path(), reading()) == Kind::corrupt);
        CHECK(kind_of_opening(directory.path(), {}) == Kind::corrupt);
        CHECK(files_in(directory.path()) == spoilt);
        // Without the mark, as after a power cut with an old one: told, or the torn end alone is left out.
        spoilt.erase("log.acknowledged");
        put_back(directory.path(), spoilt);
        std::vector<std::string> told;
        const auto kind = kind_of_opening(directory.path(), reading(&told));
        CHECK(files_in(directory.path()) == spoilt);
        const bool cut = spoilt[log].size() != size;
        CHECK((kind == Kind::corrupt || (!kind && (cut || told.size() == 1))));
        if (kind) continue;
        const auto left = open_store(directory.path(), reading())->load("room").last_sequence;
        // The last record alone; 512 zeros may lie over the heads of the last two.
        const bool two = std::string_view(c.name) == "512 zeros" && left == entries - 2;
        CHECK((cut || two || left == entries - 1));
        StoreOptions writing;
        writing.warn = reading(&told).warn;
        CHECK(open_store(directory.path(), writing)->load("room").last_sequence == left);
        if (told.empty()) continue;  // cut off between two records
        CHECK(told.size() == 2);
        CHECK(std::filesystem::exists(directory.path() + "/log.damaged"));
        CHECK(open_store(directory.path())->load("room").last_sequence == left);
      }
    }
    put_back(directory.path(), whole);
    check_whole(directory.path());
  }
}

TEST_CASE("data directory: a mark that cannot be read is told and made anew") {
  const TemporaryDirectory directory;
  fill(directory.path(), false);
  const auto whole = files_in(directory.path());
  const auto mark = whole.at("log.acknowledged");
  auto flipped = mark;
  flipped[5] ^= 1;
  auto newer = mark;
  newer[0] = 2;
  for (const auto& bytes : {std::string(), mark.substr(1), mark + "x", flipped, newer,
                            std::string(mark.size(), '\0'), std::string(100'000, 'x')}) {
    CAPTURE(bytes.size());
    auto files = whole;
    files["log.acknowledged"] = bytes;
    put_back(directory.path(), files);
    std::vector<std::string> told;
    CHECK_FALSE(kind_of_opening(directory.path(), reading(&told)));
    CHECK(told.size() == 1);
    CHECK(files_in(directory.path()) == files);
    StoreOptions writing;
    writing.warn = reading(&told).warn;
    CHECK_FALSE(kind_of_opening(directory.path(), writing));
    CHECK(told.size() == 2);
    CHECK_FALSE(kind_of_opening(directory.path(), writing));
    CHECK(told.size() == 2);
    check_whole(directory.path());
  }
}

TEST_CASE("data directory: opening for reading changes nothing, and reads the same") {
  for (const bool settled : {false, true}) {
    CAPTURE(settled);
    const TemporaryDirectory directory;
    fill(directory.path(), settled);
    const auto before = files_in(directory.path());
    {
      std::vector<std::string> told;
      const auto store = open_store(directory.path(), reading(&told));
      CHECK(store->history("room", 1, ~0ull).size() == entries);
      CHECK(store->verify({}).empty());
      CHECK(store->list().size() == 1);
      CHECK_THROWS_AS(store->append_and_wait({"room", {{entries + 1, 1, "u", {1}}}, {}}), StorageError);
      CHECK_THROWS_AS(store->erase("room"), StorageError);
      CHECK(told.empty());
      CHECK(kind_of_opening(directory.path(), {}) == Kind::in_use);
    }
    CHECK(files_in(directory.path()) == before);
    check_whole(directory.path());
  }
}

TEST_CASE("data directory: a first start that ended early is made good by the next") {
  const TemporaryDirectory made;
  { open_store(made.path()); }
  auto whole = files_in(made.path());
  whole["FORMAT.new"] = whole.at("FORMAT");
  whole.erase("FORMAT");
  const auto but = [&](auto gone) {
    auto files = whole;
    std::erase_if(files, [&](const auto& file) { return gone(file.first); });
    return files;
  };
  struct Case {
    const char* name;
    Files files;
  };
  const Case cases[] = {
      {"nothing", {}},
      {"FORMAT.new begun", {{"FORMAT.new", ""}}},
      {"FORMAT.new", {{"FORMAT.new", "assay-data 1\n"}}},
      {"log/", {{"FORMAT.new", "assay-data 1\n"}, {"log", ""}}},
      {"log/ empty, and no FORMAT.new", {{"log", ""}}},
      {"a manifest begun", {{"FORMAT.new", "assay-data 1\n"}, {"log", ""}, {"log/MANIFEST-000001", "x"}}},
      {"no CURRENT", but([](const std::string& name) {
         return name == "log/CURRENT" || name == "log.acknowledged" || name.ends_with(".log");
       })},
      {"no mark", but([](const std::string& name) { return name == "log.acknowledged"; })},
      {"all but the name of FORMAT", whole},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const TemporaryDirectory directory;
    put_back(directory.path(), c.files);
    CHECK(kind_of_opening(directory.path(), reading()) == Kind::absent);
    CHECK(files_in(directory.path()) == c.files);
    fill(directory.path(), false);
    check_whole(directory.path());
    CHECK(std::filesystem::exists(directory.path() + "/FORMAT"));
    CHECK_FALSE(std::filesystem::exists(directory.path() + "/FORMAT.new"));
  }
}

}  // namespace assay::storage
