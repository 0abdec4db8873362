// crdt_replay: the engine behind a pipe, so that a test written against real Yjs can drive it. One process
// serves thousands of documents. Reads [u32 little-endian length][u8 command][u8 slot][body] from standard
// input until it ends, answers each with [u32 little-endian length][body] on standard output; a slot holds
// one document.
#include <cstdio>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "crdt/document.h"
#include "crdt/relative_position.h"
#include "crdt/snapshot.h"

namespace {

using namespace assay::crdt;
using Json = nlohmann::ordered_json;

enum class Command : std::uint8_t {
  make = 0,      // body: 1 to collect garbage, 0 not to
  apply = 1,     // body: update; answer: 'e' + reason, or 'c' (changed) / '-' then 'p' (pending) / '-'
  news = 2,      // as apply, then what was new
  describe = 3,  // body: [[root, kind]...] as JSON; answer: JSON
  encode = 4,    // body: state vector, or nothing; answer: update
  write = 5,     // body: {"client", "ops"} as JSON; answer: the update of one transaction
  state = 6,     // answer: state vector
  update =
      7,  // body: {"do", "format", "updates", ...} as JSON; answer: what Yjs's function of that name gives
  position = 8,    // body: {"path", "index", "side"} as JSON; answer: the relative position
  resolve = 9,     // body: a relative position; answer: {"index", "side"} or null as JSON
  snapshot = 10,   // answer: the snapshot
  encode_v2 = 11,  // answer: the whole document as an update in format 2
};

std::string from_view(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string hex(const Bytes& bytes) {
  std::string text;
  char pair[3];
  for (const std::uint8_t byte : bytes)
    text.append(pair, static_cast<std::size_t>(std::snprintf(pair, 3, "%02x", byte)));
  return text;
}

Bytes unhex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

// ---- Values: JSON where JSON can, otherwise {"$": kind, "v": text}; the same on the Node side

Json tagged(const char* kind, std::string value) { return {{"$", kind}, {"v", std::move(value)}}; }

struct Write {
  Json operator()(const Undefined&) const { return tagged("undefined", ""); }
  Json operator()(const Null&) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(double value) const {
    if (value != value) return tagged("number", "NaN");
    if (value - value != 0) return tagged("number", value > 0 ? "Infinity" : "-Infinity");
    if (value == 0 && 1 / value < 0) return tagged("number", "-0");
    return value;
  }
  Json operator()(const BigInt& value) const { return tagged("bigint", std::to_string(value.value)); }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const Bytes& value) const { return tagged("bytes", hex(value)); }
  Json operator()(const AnyArray& value) const {
    Json json = Json::array();
    for (const Any& element : value) json.push_back(std::visit(*this, element.value()));
    return json;
  }
  Json operator()(const AnyObject& value) const {
    Json json = Json::object();
    for (const auto& [key, member] : value) json[key] = std::visit(*this, member.value());
    return json;
  }
};
Json to_json(const Any& value) { return std::visit(Write{}, value.value()); }

Any to_any(const Json& json) {
  if (json.is_null()) return Any(Any::Value(Null{}));
  if (json.is_boolean()) return Any(json.get<bool>());
  if (json.is_number()) return Any(json.get<double>());
  if (json.is_string()) return Any(json.get<std::string>());
  if (json.is_array()) {
    AnyArray array;
    for (const Json& element : json) array.push_back(to_any(element));
    return Any(Any::Value(std::move(array)));
  }
  if (json.contains("$")) {
    const std::string kind = json.at("$"), text = json.at("v");
    if (kind == "undefined") return Any();
    if (kind == "bigint") return Any(Any::Value(BigInt{std::stoll(text)}));
    if (kind == "bytes") return Any(Any::Value(unhex(text)));
    return Any(text == "-0" ? -0.0 : std::stod(text));
  }
  AnyObject object;
  for (const auto& [key, member] : json.items()) object.emplace_back(key, to_any(member));
  return Any(Any::Value(std::move(object)));
}

Attributes to_attributes(const Json& json) {
  Attributes attributes;
  for (const auto& [key, value] : json.items()) attributes.emplace_back(key, to_any(value));
  return attributes;
}

const std::map<std::string, TypeKind> kinds = {{"array", TypeKind::array},
                                               {"map", TypeKind::map},
                                               {"text", TypeKind::text},
                                               {"element", TypeKind::xml_element},
                                               {"fragment", TypeKind::xml_fragment},
                                               {"hook", TypeKind::xml_hook},
                                               {"xmltext", TypeKind::xml_text}};

// ---- Reading: all of a type, down to the values

class Describer {
 public:
  explicit Describer(const Document& document) : document_(document) {}

  Json type(TypeRef type) const {
    switch (document_.kind(type)) {
      case TypeKind::map:
        return {{"map", entries(type)}};
      case TypeKind::array:
        return {{"array", children(type)}};
      case TypeKind::text:
        return {{"text", delta(type)}, {"attributes", entries(type)}};
      case TypeKind::xml_text:
        return {{"xmltext", delta(type)}, {"attributes", entries(type)}};
      case TypeKind::xml_fragment:
        return {{"fragment", children(type)}};
      case TypeKind::xml_hook:
        return {{"hook", entries(type)}};
      case TypeKind::xml_element:
        return {{"element", document_.node_name(type)},
                {"attributes", entries(type)},
                {"children", children(type)}};
      case TypeKind::undefined:
        return {{"undefined", nullptr}};
    }
    return nullptr;
  }

 private:
  Json element(const Element& element) const {
    if (const auto* value = std::get_if<Any>(&element)) return to_json(*value);
    if (const auto* ref = std::get_if<TypeRef>(&element)) return type(*ref);
    return tagged("document", std::get<Subdocument>(element).guid);
  }
  Json children(TypeRef type) const {
    Json json = Json::array();
    for (const Element& child : document_.elements(type)) json.push_back(element(child));
    return json;
  }
  Json entries(TypeRef type) const {
    Json json = Json::object();
    for (const auto& [key, value] : document_.entries(type)) json[key] = element(value);
    return json;
  }
  Json delta(TypeRef type_ref) const {
    Json json = Json::array();
    for (const DeltaRun& run : document_.delta(type_ref)) {
      Json attributes = Json::object();
      for (const auto& [key, value] : run.attributes) attributes[key] = to_json(value);
      Json insert;
      if (const auto* words = std::get_if<std::string>(&run.insert)) insert = *words;
      if (const auto* embed = std::get_if<Any>(&run.insert)) insert = {{"embed", to_json(*embed)}};
      if (const auto* nested = std::get_if<TypeRef>(&run.insert)) insert = {{"embed", type(*nested)}};
      json.push_back({{"insert", std::move(insert)}, {"attributes", std::move(attributes)}});
    }
    return json;
  }
  const Document& document_;
};

Json describe_all(Document& document, const Json& roots) {
  Json answer = Json::object();
  for (const Json& root : roots) {
    const std::string name = root.at(0);
    const TypeRef type = document.root(name, kinds.at(root.at(1)));
    const bool sequence = document.kind(type) != TypeKind::map;
    answer[name] = {{"type", Describer(document).type(type)}, {"json", to_json(document.to_any(type))}};
    if (sequence) answer[name]["length"] = document.length(type);
  }
  return {{"roots", answer}, {"pending", document.has_pending()}};
}

// ---- Writing: the operations that the Node side also gives to Yjs

TypeRef find(Document& document, const Json& path) {
  TypeRef type = document.root(path.at(0).get<std::string>(), kinds.at(path.at(1)));
  for (std::size_t i = 2; i < path.size(); ++i) {
    if (path[i].is_string()) {
      type = std::get<TypeRef>(document.get(type, path[i].get<std::string>()).value());
    } else {
      type = std::get<TypeRef>(document.elements(type).at(path[i].get<std::size_t>()));
    }
  }
  return type;
}

std::vector<Any> to_values(const Json& json) {
  std::vector<Any> values;
  for (const Json& value : json) values.push_back(to_any(value));
  return values;
}

void write_one(Document& document, Transaction& transaction, const Json& op) {
  const std::string name = op.at("op");
  const TypeRef type = find(document, op.at("path"));
  const std::uint64_t index = op.value("index", std::uint64_t{0});
  const std::string key = op.value("key", "");
  if (name == "insert_text" && op.contains("attributes")) {
    transaction.insert_text(type, index, op.at("text").get<std::string>(),
                            to_attributes(op.at("attributes")));
  } else if (name == "insert_text") {
    transaction.insert_text(type, index, op.at("text").get<std::string>());
  } else if (name == "insert_embed") {
    transaction.insert_embed(type, index, to_any(op.at("embed")), to_attributes(op.at("attributes")));
  } else if (name == "format") {
    transaction.format(type, index, op.at("length"), to_attributes(op.at("attributes")));
  } else if (name == "remove") {
    transaction.remove(type, index, op.at("length"));
  } else if (name == "insert") {
    transaction.insert(type, index, to_values(op.at("values")));
  } else if (name == "insert_type") {
    transaction.insert_type(type, index, kinds.at(op.at("kind")));
  } else if (name == "insert_element") {
    transaction.insert_element(type, index, op.at("node_name").get<std::string>());
  } else if (name == "insert_xml_text") {
    transaction.insert_xml_text(type, index);
  } else if (name == "set") {
    transaction.set(type, key, to_any(op.at("value")));
  } else if (name == "set_type") {
    transaction.set_type(type, key, kinds.at(op.at("kind")));
  } else if (name == "unset") {
    transaction.unset(type, key);
  } else {
    throw std::runtime_error("unknown operation " + name);
  }
}

Bytes write_all(Document& document, const Json& body) {
  Transaction transaction(document, ClientId{body.at("client").get<std::uint64_t>()});
  for (const Json& op : body.at("ops")) write_one(document, transaction, op);
  return transaction.commit();
}

// ---- Without a document, and places in one

Bytes given(Result<Bytes> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return *std::move(result);
}

Bytes work_on_updates(const Json& body) {
  const std::string what = body.at("do");
  const UpdateFormat format = body.at("format") == "v2" ? UpdateFormat::v2 : UpdateFormat::v1;
  std::vector<Bytes> updates;
  for (const Json& update : body.at("updates")) updates.push_back(unhex(update));
  if (what == "merge")
    return given(merge_updates(std::vector<ByteView>(updates.begin(), updates.end()), format));
  if (what == "diff") {
    const auto since = decode_state_vector(unhex(body.at("since")));
    if (!since) throw std::runtime_error("a state vector that cannot be decoded");
    return given(diff_update(updates.at(0), *since, format));
  }
  if (what == "convert") {
    const UpdateFormat to = format == UpdateFormat::v1 ? UpdateFormat::v2 : UpdateFormat::v1;
    return given(convert_update(updates.at(0), format, to));
  }
  const auto vector = state_vector_of(updates.at(0), format);
  if (!vector) throw std::runtime_error(to_string(vector.error()));
  return encode_state_vector(*vector);
}

Json resolve_position(const Document& document, ByteView body) {
  const auto position = decode_relative_position(body);
  if (!position) throw std::runtime_error(to_string(position.error()));
  const auto place = resolve(document, *position);
  if (!place) return nullptr;
  return {{"index", place->index}, {"side", place->side}};
}

// ---- The pipe

std::string apply_update(Document& document, ByteView body, bool with_news) {
  auto update = Update::decode(body);
  if (!update) return std::string("e") + to_string(update.error());
  Bytes what_was_new;
  const Applied applied = with_news ? document.apply(*update, what_was_new) : document.apply(*update);
  const std::string answer = {applied.changed ? 'c' : '-', applied.pending ? 'p' : '-'};
  return answer + from_view(what_was_new);
}

std::string answer(std::map<std::uint8_t, Document>& slots, Command command, std::uint8_t slot,
                   ByteView body) {
  if (command == Command::make) {
    DocumentOptions options;
    options.gc = !body.empty() && body[0] == 1;
    slots.erase(slot);
    slots.emplace(slot, Document(options));
    return {};
  }
  if (command == Command::update) return from_view(work_on_updates(Json::parse(body.begin(), body.end())));
  Document& document = slots.at(slot);
  switch (command) {
    case Command::apply:
      return apply_update(document, body, false);
    case Command::news:
      return apply_update(document, body, true);
    case Command::describe:
      return describe_all(document, Json::parse(body.begin(), body.end())).dump();
    case Command::encode: {
      if (body.empty()) return from_view(document.encode_since());
      const auto since = decode_state_vector(body);
      if (!since) throw std::runtime_error("a state vector that cannot be decoded");
      return from_view(document.encode_since(*since));
    }
    case Command::write:
      return from_view(write_all(document, Json::parse(body.begin(), body.end())));
    case Command::position: {
      const Json place = Json::parse(body.begin(), body.end());
      return from_view(encode_relative_position(relative_position(document, find(document, place.at("path")),
                                                                  place.at("index"), place.at("side"))));
    }
    case Command::resolve:
      return resolve_position(document, body).dump();
    case Command::snapshot:
      return from_view(encode_snapshot(take_snapshot(document)));
    case Command::encode_v2:
      return from_view(document.encode_since({}, UpdateFormat::v2));
    case Command::state:
      return from_view(encode_state_vector(document.state_vector()));
    default:
      throw std::runtime_error("unknown command");
  }
}

bool read_exactly(std::uint8_t* into, std::size_t length) {
  return std::fread(into, 1, length, stdin) == length;
}

void serve() {
  std::map<std::uint8_t, Document> slots;
  for (std::uint8_t prefix[4]; read_exactly(prefix, 4);) {
    const std::size_t length = std::size_t{prefix[0]} | std::size_t{prefix[1]} << 8 |
                               std::size_t{prefix[2]} << 16 | std::size_t{prefix[3]} << 24;
    Bytes request(length);
    if (length < 2 || !read_exactly(request.data(), length))
      throw std::runtime_error("a request that is cut short");
    const std::string reply =
        answer(slots, static_cast<Command>(request[0]), request[1], ByteView(request).subspan(2));
    const auto size = static_cast<std::uint32_t>(reply.size());
    for (int shift = 0; shift < 32; shift += 8) std::putchar(static_cast<int>(size >> shift & 255u));
    std::fwrite(reply.data(), 1, reply.size(), stdout);
    std::fflush(stdout);
  }
}

}  // namespace

int main() {
  try {
    serve();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "crdt_replay: %s\n", error.what());
    return 1;
  }
}
