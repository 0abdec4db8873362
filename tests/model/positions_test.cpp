#include <catch2/catch.hpp>

#include "crdt/document.h"
#include "crdt/relative_position.h"
#include "tests/model/seed.h"

using namespace assay::crdt;
using assay::tests::Random;

namespace {

std::string letters(Random& random) {
  std::string text;
  for (auto n = 1 + random.upto(random.chance(10) ? 200 : 4); n; --n)
    text.push_back(static_cast<char>('a' + random.upto(25)));
  return text;
}

Document copy_of(const Document& document) {
  Document copy;
  const Bytes bytes = document.encode_since();
  const auto update = Update::decode(bytes);
  REQUIRE(update);
  copy.apply(*update);
  return copy;
}

}  // namespace

TEST_CASE("A text of one writer is a string") {
  const unsigned seed = assay::tests::random_seed();
  CAPTURE(seed);
  Random random(seed);
  for (int round = 0; round < 20; ++round) {
    Document document;
    const TypeRef text = document.root("text", TypeKind::text);
    std::string model;
    std::vector<Bytes> updates;
    for (int step = 0; step < 1500; ++step) {
      Transaction transaction(document, ClientId{1 + random.upto(2)});
      for (auto n = 1 + random.upto(2); n; --n) {
        // Mostly near the end or in one place, as people write, and now and then anywhere.
        const std::uint64_t at = random.chance(30)
                                     ? random.upto(model.size())
                                     : model.size() - std::min<std::uint64_t>(model.size(), random.upto(5));
        if (random.chance(60) || model.empty()) {
          const std::string words = letters(random);
          transaction.insert_text(text, at, words);
          model.insert(at, words);
        } else {
          const std::uint64_t length = random.upto(std::min<std::uint64_t>(model.size() - at, 40));
          transaction.remove(text, at, length);
          model.erase(at, length);
        }
      }
      const Bytes update = transaction.commit();
      if (!update.empty()) updates.push_back(update);
      REQUIRE(document.length(text) == model.size());
      if (step % 50 == 0) REQUIRE(document.text(text) == model);
    }
    REQUIRE(document.text(text) == model);
    Document follower;
    for (const Bytes& update : updates) follower.apply(*Update::decode(update));
    REQUIRE(follower.text(follower.root("text", TypeKind::text)) == model);
    REQUIRE(follower.encode_since() == document.encode_since());
    Document copy = copy_of(document);
    REQUIRE(copy.text(copy.root("text", TypeKind::text)) == model);
    REQUIRE(copy_of(copy).encode_since() == copy.encode_since());
  }
}

TEST_CASE("An array is a vector, and an element's position finds it again") {
  const unsigned seed = assay::tests::random_seed();
  CAPTURE(seed);
  Random random(seed);
  Document document;
  const TypeRef array = document.root("array", TypeKind::array);
  std::vector<double> model;
  for (int step = 0; step < 5000; ++step) {
    Transaction transaction(document, ClientId{1 + random.upto(3)});
    const std::uint64_t at = random.upto(model.size());
    if (random.chance(65) || model.empty()) {
      std::vector<Any> values;
      std::vector<double> numbers;
      for (auto n = 1 + random.upto(3); n; --n)
        numbers.push_back(static_cast<double>(random.upto(1'000'000)));
      for (const double number : numbers) values.emplace_back(number);
      transaction.insert(array, at, values);
      model.insert(model.begin() + static_cast<std::ptrdiff_t>(at), numbers.begin(), numbers.end());
    } else {
      const std::uint64_t length = random.upto(std::min<std::uint64_t>(model.size() - at, 5));
      transaction.remove(array, at, length);
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(at),
                  model.begin() + static_cast<std::ptrdiff_t>(at + length));
    }
  }
  const auto elements = document.elements(array);
  REQUIRE(elements.size() == model.size());
  for (std::size_t i = 0; i < model.size(); ++i) {
    REQUIRE(std::get<Any>(elements[i]) == Any(model[i]));
    const auto found = resolve(document, relative_position(document, array, i));
    REQUIRE(found);
    REQUIRE(found->index == i);
    const auto from_left = resolve(document, relative_position(document, array, i, -1));
    REQUIRE(from_left);
    REQUIRE(from_left->index == i);
  }
  Document copy = copy_of(document);
  CHECK(copy.to_any(copy.root("array", TypeKind::array)) == document.to_any(array));
}
