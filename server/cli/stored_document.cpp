#include "server/cli/stored_document.h"

#include <algorithm>
#include <optional>

namespace assay::server::cli {
namespace {

std::optional<BrokenRoom> apply(crdt::Document& document, const crdt::Bytes& bytes, const std::string& name) {
  const auto update = crdt::Update::decode(bytes);
  if (!update) return BrokenRoom{name + " cannot be decoded: " + crdt::to_string(update.error())};
  document.apply(*update);
  return std::nullopt;
}

std::string entry_name(std::uint64_t sequence) { return "log entry " + std::to_string(sequence); }

}  // namespace

crdt::Result<crdt::Document, BrokenRoom> load_document(storage::RoomStore& store, const std::string& room) {
  const auto state = store.load(room);
  crdt::Document document;
  if (state.checkpoint)
    if (auto broken = apply(document, state.checkpoint->state, "the checkpoint")) return *broken;
  for (const auto& entry : state.tail)
    if (auto broken = apply(document, entry.update, entry_name(entry.sequence))) return *broken;
  if (document.has_pending()) return BrokenRoom{"its log rests on updates that are not in it"};
  return document;
}

crdt::Result<crdt::Document, BrokenRoom> replay_document(storage::RoomStore& store, const std::string& room,
                                                         std::uint64_t last_sequence) {
  constexpr std::uint64_t entries_at_once = 1'000;
  crdt::Document document;
  for (std::uint64_t from = 1; from <= last_sequence; from += entries_at_once) {
    const std::uint64_t to = std::min(last_sequence, from + entries_at_once - 1);
    for (const auto& entry : store.history(room, from, to))
      if (auto broken = apply(document, entry.update, entry_name(entry.sequence))) return *broken;
  }
  if (document.has_pending()) return BrokenRoom{"its history rests on updates that are not in it"};
  return document;
}

}  // namespace assay::server::cli
