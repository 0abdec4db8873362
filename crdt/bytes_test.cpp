#include "crdt/bytes.h"

#include <catch2/catch.hpp>
#include <optional>

#include "crdt/hex_for_tests.h"
#include "crdt/value_codec.h"

using namespace assay::crdt;

namespace {

struct VarintCase {
  const char* name;
  const char* hex;
  std::optional<std::uint64_t> value;
};
const VarintCase varint_cases[] = {
    {"zero", "00", 0},
    {"one byte", "7f", 127},
    {"two bytes", "ac02", 300},
    {"longer than need be", "8000", 0},
    {"53 bits", "ffffffffffffff0f", number_max},
    {"54 bits", "ffffffffffffff1f", std::nullopt},
    {"64 bits", "ffffffffffffffffff01", std::nullopt},
    {"without end", "80808080808080808080808080", std::nullopt},
    {"cut short", "80", std::nullopt},
    {"nothing", "", std::nullopt},
};

struct Utf8Case {
  const char* name;
  const char* hex;
  bool valid;
  std::uint64_t units;
};
const Utf8Case utf8_cases[] = {
    {"nothing", "", true, 0},
    {"ASCII", "68656c6c6f", true, 5},
    {"eight and more", "68656c6c6f68656c6c6f", true, 10},
    {"two bytes", "c3a4", true, 1},
    {"three bytes", "e6bca2", true, 1},
    {"a pair", "f09d92b3", true, 2},
    {"behind ASCII", "6161616161616161f09d92b3", true, 10},
    {"the largest", "f48fbfbf", true, 2},
    {"over the largest", "f4908080", false, 0},
    {"half a pair", "eda080", false, 0},
    {"too long a form", "c080", false, 0},
    {"too long a form of three", "e08080", false, 0},
    {"too long a form of four", "f0808080", false, 0},
    {"cut short", "e6bc", false, 0},
    {"a lone continuation", "80", false, 0},
    {"an impossible byte", "ff", false, 0},
};

struct AnyCase {
  const char* name;
  Any value;
  const char* hex;
};
// As lib0 writes them.
const AnyCase any_cases[] = {
    {"undefined", Any(), "7f"},
    {"null", Any(Any::Value(Null{})), "7e"},
    {"true", Any(true), "78"},
    {"false", Any(false), "79"},
    {"zero", Any(0), "7d00"},
    {"negative zero", Any(-0.0), "7d40"},
    {"one", Any(1), "7d01"},
    {"minus one", Any(-1), "7d41"},
    {"63", Any(63), "7d3f"},
    {"64", Any(64), "7d8001"},
    {"minus 64", Any(-64), "7dc001"},
    {"the largest integer", Any(2147483647.0), "7dbfffffff0f"},
    {"the smallest", Any(-2147483647.0), "7dffffffff0f"},
    {"past it", Any(2147483648.0), "7c4f000000"},
    {"a half", Any(0.5), "7c3f000000"},
    {"a tenth", Any(0.1), "7b3fb999999999999a"},
    {"infinity", Any(std::numeric_limits<double>::infinity()), "7c7f800000"},
    {"bigint", Any(Any::Value(BigInt{123})), "7a000000000000007b"},
    {"negative bigint", Any(Any::Value(BigInt{-1})), "7affffffffffffffff"},
    {"empty text", Any(""), "7700"},
    {"text", Any("\u00e4\U0001d4b3"), "7706c3a4f09d92b3"},
    {"bytes", Any(Any::Value(Bytes{1, 2})), "74020102"},
    {"array", Any(Any::Value(AnyArray{Any(1), Any("a")})), "75027d01770161"},
    {"object",
     Any(Any::Value(
         AnyObject{{"a", Any(1)}, {"b", Any(Any::Value(AnyObject{{"c", Any(Any::Value(AnyArray{}))}}))}})),
     "760201617d010162760101637500"},
};

struct NumberCase {
  double value;
  const char* text;
};
const NumberCase number_cases[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-1.5, "-1.5"},
    {1e21, "1e+21"},
    {1e20, "100000000000000000000"},
    {123456789012345680000.0, "123456789012345680000"},
    {1e-6, "0.000001"},
    {1e-7, "1e-7"},
    {0.1, "0.1"},
    {5e-324, "5e-324"},
    {1.7976931348623157e308, "1.7976931348623157e+308"},
    {100, "100"},
    {1.5e300, "1.5e+300"},
    {12345.678, "12345.678"},
};

struct JsonCase {
  const char* text;
  bool good;
};
const JsonCase json_cases[] = {
    {"null", true},
    {"true", true},
    {"{}", true},
    {"[]", true},
    {"-0.5e+3", true},
    {"\"a\\u00e4\\n\"", true},
    {"{\"a\":[1,2,{\"b\":null}]}", true},
    {" [ 1 , 2 ] ", true},
    {"", false},
    {"nul", false},
    {"[1,]", false},
    {"{\"a\"}", false},
    {"{a:1}", false},
    {"01", false},
    {"1.", false},
    {"\"a", false},
    {"\"\\x\"", false},
    {"\"\\u12\"", false},
    {"[1] 2", false},
    {"\"\n\"", false},
    {"undefined", false},
    {"[", false},
    {"{\"a\":", false},
};

}  // namespace

TEST_CASE("Reader: varint") {
  for (const auto& c : varint_cases) {
    INFO(c.name);
    const Bytes bytes = from_hex(c.hex);
    Reader reader(bytes);
    const std::uint64_t value = reader.varint();
    CHECK((reader.ok() ? std::optional(value) : std::nullopt) == c.value);
  }
}

TEST_CASE("Reader: after the first error nothing is read") {
  const Bytes bytes = from_hex("0501");
  Reader reader(bytes);
  CHECK(reader.count() == 0);  // five things in one byte
  CHECK_FALSE(reader.ok());
  CHECK(reader.error() == DecodeError::truncated);
  CHECK(reader.byte() == 0);
  CHECK(reader.string().empty());
  CHECK(reader.at_end());
}

TEST_CASE("Text is measured and carried over to UTF-16 and back") {
  for (const auto& c : utf8_cases) {
    INFO(c.name);
    const Bytes bytes = from_hex(c.hex);
    const TextMeasure measure = measure_utf8(bytes);
    CHECK(measure.valid == c.valid);
    if (!c.valid) continue;
    CHECK(measure.units == c.units);
    std::u16string units;
    utf8_to_utf16(as_text(bytes), units);
    CHECK(units.size() == c.units);
    std::string back;
    utf16_to_utf8(units, back);
    CHECK(back == as_text(bytes));
  }
}

TEST_CASE("Halves of pairs become replacement characters") {
  std::string out;
  utf16_to_utf8(u"a\xd835", out);
  utf16_to_utf8(
      u"\xdcb3"
      u"b",
      out);
  CHECK(out == "a\uFFFD\uFFFDb");
}

TEST_CASE("Any is written as lib0 writes it") {
  for (const auto& c : any_cases) {
    INFO(c.name);
    Writer writer;
    write_any(writer, c.value);
    CHECK(to_hex(writer.view()) == c.hex);
    const Bytes bytes = from_hex(c.hex);
    Reader reader(bytes), skipping(bytes);
    CHECK(read_any(reader, 10) == c.value);
    CHECK(reader.at_end());
    skip_any(skipping, 10);
    CHECK(skipping.ok());
    CHECK(skipping.at_end());
  }
}

TEST_CASE("Any: nesting is bounded, and of a doubled key the last value stays") {
  const Bytes deep = from_hex("7501750175017d01");
  Reader bounded(deep), skipping(deep), enough(deep);
  read_any(bounded, 2);
  CHECK(bounded.error() == DecodeError::too_deep);
  skip_any(skipping, 2);
  CHECK(skipping.error() == DecodeError::too_deep);
  read_any(enough, 3);
  CHECK(enough.ok());
  const Bytes doubled = from_hex("760301617d0101627d0201617d03");
  Reader reader(doubled);
  CHECK(read_any(reader, 3) == Any(Any::Value(AnyObject{{"a", Any(3)}, {"b", Any(2)}})));
}

TEST_CASE("Of a key told twice the last value counts, in the first one's place, however many there are") {
  Writer writer;
  std::string json = "{";
  const int count = 200'000;
  writer.byte(118);
  writer.varint(count + 1);
  for (int i = 0; i <= count; ++i) {
    const std::string key = "k" + std::to_string(i % count);
    writer.string(key);
    write_any(writer, Any(i + 0.0));
    json += (i ? ",\"" : "\"") + key + "\":" + std::to_string(i);
  }
  json += "}";
  const Bytes bytes = writer.take();
  Reader reader(bytes);
  const Any value = read_any(reader, 3);
  CHECK(reader.ok());
  CHECK(value == parse_json(json));
  const auto* members = value.get_if<AnyObject>();
  REQUIRE(members);
  REQUIRE(members->size() == count);
  CHECK(members->front() == AnyObject::value_type{"k0", Any(count + 0.0)});
  CHECK(members->back() == AnyObject::value_type{"k199999", Any(199'999.0)});
}

TEST_CASE("Numbers are shown as JavaScript shows them") {
  for (const auto& c : number_cases) {
    std::string out;
    append_number(out, c.value);
    CHECK(out == c.text);
  }
}

TEST_CASE("JSON: what is one value and what is not") {
  for (const auto& c : json_cases) {
    INFO(c.text);
    bool too_deep = false;
    CHECK(check_json(c.text, 10, too_deep) == c.good);
    CHECK_FALSE(too_deep);
  }
  bool too_deep = false;
  CHECK_FALSE(check_json("[[[1]]]", 2, too_deep));
  CHECK(too_deep);
}

TEST_CASE("JSON goes through unchanged") {
  for (const char* text : {"{\"a\":[1,2.5,\"x\\n\\u0001\"],\"b\":{\"c\":null,\"d\":true}}", "[]",
                           "\"\xf0\x9d\x92\xb3\"", "1e+21"}) {
    CHECK(to_json(parse_json(text)) == text);
  }
  CHECK(parse_json("\"\\ud835\\udcb3\"") == Any("\xf0\x9d\x92\xb3"));
  CHECK(parse_json("\"\\ud835\"") == Any("\uFFFD"));
}
