#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>

#include "crdt/document.h"
#include "tests/model/seed.h"

using namespace assay::crdt;
using assay::tests::Random;

namespace {

// No surrogate pairs: cutting one in two, and then writing nothing there, changes the cutter's copy alone.
// Yjs does the same, and the interop tests hold us to it.
const char* const words[] = {
    "a", "word", "\u00df", "\u6f22\u5b57", "two words", "\u00e9", "long run of plain letters"};

// A replica, and what it has not heard of yet.
struct Peer {
  Document document;
  ClientId client;
  std::deque<Bytes> inbox;
};

Update decoded(const Bytes& bytes) {
  auto update = Update::decode(bytes);
  REQUIRE(update);
  return std::move(*update);
}

std::vector<TypeRef> of_kind(Document& document, TypeRef root, TypeKind kind) {
  std::vector<TypeRef> found, open{root};
  while (!open.empty()) {
    const TypeRef type = open.back();
    open.pop_back();
    if (document.kind(type) == kind) found.push_back(type);
    for (const Element& element : document.elements(type)) {
      if (const auto* inner = std::get_if<TypeRef>(&element)) open.push_back(*inner);
    }
    for (const auto& [key, element] : document.entries(type)) {
      if (const auto* inner = std::get_if<TypeRef>(&element)) open.push_back(*inner);
    }
  }
  return found;
}

void edit_text(Random& random, Document& document, Transaction& transaction, TypeRef text) {
  const std::uint64_t length = document.length(text), at = random.upto(length);
  const Attributes style{
      {random.chance(50) ? "bold" : "em", random.chance(30) ? Any(Any::Value(Null{})) : Any(true)}};
  const std::uint64_t some = random.upto(std::min<std::uint64_t>(length - at, 6));
  switch (random.upto(4)) {
    case 0:
      transaction.remove(text, at, some);
      return;
    case 1:
      transaction.format(text, at, some, style);
      return;
    case 2:
      transaction.insert_text(text, at, words[random.upto(std::size(words) - 1)], style);
      return;
    default:
      transaction.insert_text(text, at, words[random.upto(std::size(words) - 1)]);
  }
}

void edit_array(Random& random, Document& document, Transaction& transaction, TypeRef array) {
  const std::uint64_t length = document.length(array), at = random.upto(length);
  const TypeKind kinds[] = {TypeKind::text, TypeKind::array, TypeKind::map};
  switch (random.upto(3)) {
    case 0:
      transaction.remove(array, at, random.upto(std::min<std::uint64_t>(length - at, 3)));
      return;
    case 1:
      transaction.insert_type(array, at, kinds[random.upto(2)]);
      return;
    default:
      transaction.insert(array, at, {Any(static_cast<double>(random.upto(99))), Any("x")});
  }
}

void edit_map(Random& random, Transaction& transaction, TypeRef map) {
  const std::string key(1, static_cast<char>('a' + random.upto(3)));
  switch (random.upto(3)) {
    case 0:
      transaction.unset(map, key);
      return;
    case 1:
      transaction.set_type(map, key, random.chance(50) ? TypeKind::text : TypeKind::array);
      return;
    default:
      transaction.set(map, key, static_cast<double>(random.upto(99)));
  }
}

// Which key of a map was seen first depends on the order of arrival; nothing else does.
Any sorted(const Any& value) {
  if (const auto* array = value.get_if<AnyArray>()) {
    AnyArray out;
    for (const Any& element : *array) out.push_back(sorted(element));
    return Any(Any::Value(std::move(out)));
  }
  const auto* object = value.get_if<AnyObject>();
  if (!object) return value;
  AnyObject out;
  for (const auto& [key, member] : *object) out.emplace_back(key, sorted(member));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return Any(Any::Value(std::move(out)));
}

Any tree(Document& document) { return sorted(document.to_any(document.root("root", TypeKind::array))); }

Bytes edit(Random& random, Peer& peer) {
  Document& document = peer.document;
  const TypeRef root = document.root("root", TypeKind::array), text = document.root("text", TypeKind::text);
  Transaction transaction(document, peer.client);
  for (auto n = 1 + random.upto(3); n; --n) {
    const auto pick = [&](TypeKind kind) -> std::optional<TypeRef> {
      const auto found = of_kind(document, root, kind);
      if (found.empty()) return std::nullopt;
      return found[random.upto(found.size() - 1)];
    };
    if (random.chance(40)) {
      edit_text(random, document, transaction, text);
    } else if (const auto inner = pick(TypeKind::text); inner && random.chance(30)) {
      edit_text(random, document, transaction, *inner);
    } else if (const auto map = pick(TypeKind::map); map && random.chance(50)) {
      edit_map(random, transaction, *map);
    } else {
      edit_array(random, document, transaction, *pick(TypeKind::array));
    }
  }
  return transaction.commit();
}

void tell(Random& random, std::vector<Peer>& peers, const Bytes& update, const Peer* writer) {
  for (Peer& peer : peers) {
    if (&peer == writer) continue;
    auto& inbox = peer.inbox;
    inbox.insert(inbox.begin() + static_cast<std::ptrdiff_t>(random.upto(inbox.size())), update);
    if (random.chance(10)) inbox.push_back(update);
  }
}

void hear(Random& random, Peer& peer, std::size_t most) {
  while (!peer.inbox.empty() && most--) {
    Bytes update = peer.inbox.front();
    peer.inbox.pop_front();
    if (!peer.inbox.empty() && random.chance(20)) {
      const ByteView both[] = {update, peer.inbox.front()};
      const auto merged = merge_updates(both);
      REQUIRE(merged);
      update = *merged;
      peer.inbox.pop_front();
    }
    const Update read = decoded(update);
    const bool waited = peer.document.has_pending();
    const Inspection before = peer.document.inspect(read, InspectDepth::paths);
    const Applied applied = peer.document.apply(read);
    if (!before.missing && !peer.document.has_pending()) REQUIRE(applied.changed == before.news);
    if (before.missing && !waited) REQUIRE(applied.pending);
  }
}

void run(unsigned seed) {
  CAPTURE(seed);
  Random random(seed);
  const std::size_t count = 2 + random.upto(3);
  DocumentOptions options;
  options.gc = random.chance(70);
  options.pending_bytes_max = 1u << 30;
  std::vector<Peer> peers;
  for (std::size_t i = 0; i < count; ++i) {
    peers.push_back(
        {Document(options), ClientId{i == 1 ? (std::uint64_t{1} << 53) - 1 : 1 + random.upto(1u << 31)}, {}});
  }
  std::vector<Bytes> all;
  for (auto steps = 20 + random.upto(80); steps; --steps) {
    Peer& peer = peers[random.upto(count - 1)];
    if (random.chance(60)) {
      const Bytes update = edit(random, peer);
      if (update.empty()) continue;
      all.push_back(update);
      tell(random, peers, update, &peer);
    } else {
      hear(random, peer, 1 + random.upto(5));
    }
  }
  for (Peer& peer : peers) hear(random, peer, static_cast<std::size_t>(-1));
  const Bytes expected = peers[0].document.encode_since();
  const auto state = peers[0].document.state_vector();
  for (Peer& peer : peers) {
    REQUIRE_FALSE(peer.document.has_pending());
    REQUIRE(peer.document.state_vector() == state);
    REQUIRE(peer.document.text(peer.document.root("text", TypeKind::text)) ==
            peers[0].document.text(peers[0].document.root("text", TypeKind::text)));
    REQUIRE(tree(peer.document) == tree(peers[0].document));
  }
  // All updates merged without a document, in any order, say the same as the documents; so does version 2.
  std::shuffle(all.begin(), all.end(), random.engine());
  std::vector<ByteView> views(all.begin(), all.end());
  if (views.empty()) return;
  const auto merged = merge_updates(views);
  REQUIRE(merged);
  Document from_merged(options), from_v2(options);
  REQUIRE_FALSE(from_merged.apply(decoded(*merged)).pending);
  REQUIRE(from_merged.state_vector() == state);
  REQUIRE(tree(from_merged) == tree(peers[0].document));
  const Bytes v2 = peers[0].document.encode_since({}, UpdateFormat::v2);
  const auto read = Update::decode(v2, UpdateFormat::v2);
  REQUIRE(read);
  from_v2.apply(*read);
  // A document read whole may have merged neighbours that the one it came from, taking in updates one by one,
  // had not.
  Document from_v1(options);
  from_v1.apply(decoded(expected));
  REQUIRE(from_v2.encode_since() == from_v1.encode_since());
  REQUIRE(tree(from_v1) == tree(peers[0].document));
}

}  // namespace

TEST_CASE("Replicas that heard the same are the same") {
  const unsigned seed = assay::tests::random_seed();
  for (unsigned round = 0; round < 400; ++round) run(seed + round);
}
