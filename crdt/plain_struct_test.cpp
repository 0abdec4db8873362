// The short ways of reading and placing against the general ones: whatever they take, the general reader must
// take alike.
#include "crdt/plain_struct.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "crdt/document.h"
#include "crdt/struct_scan.h"
#include "crdt/text_arena.h"
#include "crdt/update_merge.h"

namespace assay::crdt {
namespace {

struct VarintCase {
  const char* name;
  std::array<std::uint8_t, 4> bytes;
  bool read;
  std::uint64_t value;
  std::ptrdiff_t size;
};
const VarintCase varint_cases[] = {
    {"zero", {0, 0xff, 0xff, 0xff}, true, 0, 1},
    {"largest of one", {0x7f, 0, 0, 0}, true, 127, 1},
    {"smallest of two", {0x80, 1, 0xff, 0xff}, true, 128, 2},
    {"largest of two", {0xff, 0x7f, 0x80, 0x80}, true, 16383, 2},
    {"three", {0x80, 0x80, 1, 0xff}, true, 16384, 3},
    {"largest of four", {0xff, 0xff, 0xff, 0x7f}, true, 268435455, 4},
    {"longer than four", {0x80, 0x80, 0x80, 0x80}, false, 0, 0},
    {"more bytes than it needs", {0x80, 0, 0, 0}, false, 0, 0},
    {"a byte more at the end", {0x81, 0x80, 0x80, 0}, false, 0, 0},
};

TEST_CASE("read_short_varint") {
  for (const auto& c : varint_cases) {
    INFO(c.name);
    const std::uint8_t* at = c.bytes.data();
    std::uint64_t value = 0;
    const bool read = read_short_varint(at, value);
    CHECK(read == c.read);
    if (!read) continue;
    CHECK(value == c.value);
    CHECK(at - c.bytes.data() == c.size);
  }
}

TEST_CASE("is_ascii agrees with looking at each byte") {
  std::array<std::uint8_t, 96> bytes{};
  for (std::size_t size = 0; size <= 64; ++size) {
    for (std::size_t odd = 0; odd < bytes.size(); ++odd) {
      bytes.fill('a');
      bytes[odd] = 0x80;
      INFO(size << ", " << odd);
      REQUIRE(is_ascii(bytes.data(), size) == (odd >= size));
    }
  }
}

void put_random_struct(Writer& writer, std::mt19937& random, std::uint64_t client) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const auto clock = [&] { return std::uint64_t{random()} >> below(32); };
  std::uint8_t info = below(8) ? 0x84 : static_cast<std::uint8_t>(random());
  if (below(3) == 0) info = 0x81;
  if (below(2)) info |= 0x40;
  writer.byte(info);
  writer.varint(below(10) ? client : clock());
  writer.varint(clock());
  if (info & 0x40) {
    writer.varint(below(10) ? client : clock());
    writer.varint(clock());
  }
  if ((info & 0x1f) == 1) return writer.varint(below(20) ? clock() : 0);
  std::string text(below(40), 'x');
  if (!text.empty() && below(8) == 0)
    text[below(static_cast<std::uint32_t>(text.size()))] = static_cast<char>(0x80 | below(128));
  writer.string(text);
}

TEST_CASE("read_plain takes what the general reader takes, and says the same of it") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    const std::uint64_t client = std::uint64_t{random()} << (random() % 22) >> (random() % 32);
    Writer writer;
    put_random_struct(writer, random, client);
    if (random() % 4 == 0) writer.room(1)[-1] = static_cast<std::uint8_t>(random());
    while (writer.size() < 128) writer.byte(static_cast<std::uint8_t>(random()));
    // At the end of its memory, so that a sanitizer sees one byte too many.
    const std::size_t size = random() % 4 ? writer.size() : random() % writer.size();
    const Bytes bytes(writer.view().begin(), writer.view().begin() + static_cast<std::ptrdiff_t>(size));
    const std::uint64_t clock = random();
    PlainStruct plain;
    const auto* const next =
        read_plain(bytes.data(), bytes.data() + bytes.size(), ClientBytes(client), clock, plain);
    if (!next) continue;
    ++taken;
    ClientTable clients;
    const std::uint32_t own = clients.number(client);
    StructParser<Reader> parser(Reader(bytes), clients, no_limits);
    RawStruct s;
    parser.read(s);
    REQUIRE(parser.reader.ok());
    CHECK(parser.reader.offset() == static_cast<std::size_t>(next - bytes.data()));
    CHECK_FALSE(parser.reader.wordy());
    CHECK(s.kind == plain.kind);
    CHECK(s.length == plain.length);
    CHECK(s.origin_client == own);
    CHECK(s.origin_clock == plain.origin_clock);
    CHECK((s.right_client == own) == plain.has_right);
    if (plain.has_right) CHECK(s.right_clock == plain.right_clock);
    CHECK((s.ascii && !s.odd && !s.keyed));
    if (s.kind == ContentKind::string) CHECK(as_text(bytes).substr(s.content, s.content_size) == plain.text);
  }
  CHECK(taken > 20'000);
}

TEST_CASE("numbers are written alike without branches and with") {
  for (unsigned bits = 0; bits < 64; ++bits) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bits) - 1, std::uint64_t{1} << bits}) {
      std::array<std::uint8_t, 16> quick{}, plain{};
      const std::size_t size = Writer::put_varint(quick.data(), value);
      INFO(value);
      REQUIRE(size == Writer::put_varint_by_bytes(plain.data(), value));
      CHECK(std::equal(quick.begin(), quick.begin() + static_cast<std::ptrdiff_t>(size), plain.begin()));
    }
  }
}

// A random update of one or two clients, mostly of plain structs, now and then of others. Of every other one
// all numbers are such as rows can hold.
Bytes random_update(std::mt19937& random) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const bool strange = below(2), moderate = below(2);
  Writer writer;
  const std::uint64_t blocks = 1 + below(2);
  writer.varint(blocks);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const std::uint64_t client = (std::uint64_t{random()} << below(21)) + block;
    const std::uint64_t count = below(300);
    writer.varint(count);
    writer.varint(client);
    writer.varint(below(1000));
    const auto id = [&] {
      writer.varint(strange && below(20) == 0 ? below(9) : client);
      writer.varint(random() >> (moderate ? 8 + below(24) : below(32)));
    };
    for (std::uint64_t i = 0; i < count; ++i) {
      const bool text = below(2), right = below(2);
      const std::uint8_t key = strange && below(20) == 0 ? 0x20 : 0;
      writer.byte(static_cast<std::uint8_t>((text ? 4 : 1) | 0x80 | (right ? 0x40 : 0) | key));
      id();
      if (right) id();
      if (!text) {
        writer.varint(strange && !moderate && below(20) == 0 ? 0 : 1 + (below(0x7fff) >> below(15)));
      } else if (strange && !moderate && below(20) == 0) {
        writer.string("\xc3\xa9\xf0\x9f\x98\x80");
      } else {
        writer.string(std::string(moderate + (below(4) ? below(6) : below(60)), 'x'));
      }
    }
  }
  writer.byte(0);
  return writer.take();
}

void check_same_structs(const Update::Parts& parts, const Update::Parts& whole) {
  REQUIRE(parts.struct_count == whole.struct_count);
  CHECK(parts.ascii_bytes == whole.ascii_bytes);
  for (std::size_t i = 0; i < parts.struct_count; ++i) {
    const RawStruct &a = parts.structs()[i], &b = whole.structs()[i];
    REQUIRE(a.kind == b.kind);
    REQUIRE(a.client == b.client);
    REQUIRE(a.clock == b.clock);
    REQUIRE(a.length == b.length);
    REQUIRE(a.origin_client == b.origin_client);
    REQUIRE(a.origin_clock == b.origin_clock);
    REQUIRE(a.right_client == b.right_client);
    REQUIRE(a.right_clock == b.right_clock);
    REQUIRE(parts.content(a) == whole.content(b));
  }
}

// Columns are read straight into parts, while version 1 is written from them: reading that must give the
// same parts.
TEST_CASE("reading version 2 says of an update what reading version 1 says") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int compared = 0, in_rows = 0;
  for (int round = 0; round < 2'000; ++round) {
    const auto columns = convert_update(random_update(random), UpdateFormat::v1, UpdateFormat::v2);
    if (!columns) continue;
    ++compared;
    Update::Parts parts, again, rows;
    DecodeError error = DecodeError::truncated;
    REQUIRE(decode_v2(*columns, {}, parts, error));
    REQUIRE(decode_v1(parts.bytes, {}, again, error));
    REQUIRE(decode_v2_apart(*columns, {}, rows, error));
    in_rows += rows.apart;
    check_same_structs(rows, again);
    CHECK(parts.struct_count == again.struct_count);
    CHECK(parts.ascii_bytes == again.ascii_bytes);
    CHECK(parts.all_ascii == again.all_ascii);
    REQUIRE(parts.blocks.size() == again.blocks.size());
    for (std::size_t b = 0; b < parts.blocks.size(); ++b) {
      CHECK(parts.clients[parts.blocks[b].client] == again.clients[again.blocks[b].client]);
      CHECK(parts.blocks[b].count == again.blocks[b].count);
      CHECK(parts.blocks[b].at == again.blocks[b].at);
      CHECK(parts.blocks[b].clock == again.blocks[b].clock);
      CHECK(parts.blocks[b].end == again.blocks[b].end);
    }
    const auto back = convert_update(parts.bytes, UpdateFormat::v1, UpdateFormat::v2);
    REQUIRE(back);
    CHECK(*back == *columns);
  }
  CHECK(compared > 200);
  CHECK(in_rows > 100);
}

TEST_CASE("TextArena agrees with a string") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  TextArena arena;
  std::string model;
  const std::string source(200, 'q');
  for (int step = 0; step < 5'000; ++step) {
    const std::size_t size = random() % 40;
    switch (random() % 4) {
      case 0:
        arena.append(std::string_view(source).substr(0, size));
        model.append(size, 'q');
        break;
      case 1: {
        const std::size_t from = model.empty() ? 0 : random() % model.size();
        const std::size_t count = std::min(size, model.size() - from);
        arena.append_own(from, count);
        model.append(model, from, count);
        break;
      }
      case 2:
        arena.append_zeros(size);
        model.append(size, '\0');
        break;
      default: {
        TextArena::Writing writing(arena);
        for (int n = 0; n < 3; ++n) {
          const std::string text(size, static_cast<char>('a' + n));
          std::string near = text + std::string(TextArena::slack, 'z');
          writing.append_near(std::string_view(near).substr(0, size));
          model += text;
        }
      }
    }
    REQUIRE(arena.view() == model);
  }
}

// Written at the end, in the middle and cut: the place that is remembered of a long array must never lead
// astray.
TEST_CASE("arrays of values agree with a vector, and so does what is written of them") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    Document document, other;
    const TypeRef root = document.root("array", TypeKind::array),
                  there = other.root("array", TypeKind::array);
    AnyArray model;
    for (int step = 0; step < 60; ++step) {
      Transaction transaction(document, ClientId{1 + random() % 2});
      const std::size_t at = random() % 2 ? model.size() : random() % (model.size() + 1);
      if (random() % 4 == 0 && at < model.size()) {
        const std::size_t count = 1 + random() % (model.size() - at);
        transaction.remove(root, at, count);
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(at),
                    model.begin() + static_cast<std::ptrdiff_t>(at + count));
      } else {
        std::vector<Any> values;
        for (auto n = 1 + random() % 5; n; --n) {
          const auto number =
              static_cast<double>(static_cast<std::int32_t>(random())) / (random() % 3 ? 1 : 7);
          values.push_back(random() % 5 ? Any(number) : Any(std::string(random() % 30, 'v')));
        }
        transaction.insert(root, at, values);
        model.insert(model.begin() + static_cast<std::ptrdiff_t>(at), values.begin(), values.end());
      }
      const Bytes update = transaction.commit();
      const auto decoded = Update::decode(update);
      REQUIRE(decoded);
      other.apply(*decoded);
      REQUIRE(*document.to_any(root).get_if<AnyArray>() == model);
      REQUIRE(*other.to_any(there).get_if<AnyArray>() == model);
    }
    CHECK(document.encode_since() == other.encode_since());
  }
}

}  // namespace
}  // namespace assay::crdt
