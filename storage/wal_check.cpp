#include "storage/wal_check.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "storage/crc32c.h"

namespace assay::storage {
namespace {

// A file is blocks of 32 KiB, a block is fragments, and fewer bytes than a header at its end are padding.
// A fragment: checksum u32 · length u16 · type u8 · payload, all little-endian; the checksum is over type and
// payload. A record is one fragment, or a first one, any number in the middle, and a last one, each but the
// last up to the end of its block. It holds a batch: sequence u64 · count of operations u32 · operations.
constexpr std::size_t block_bytes = 32 * 1024, header_bytes = 7, batch_header_bytes = 12;
enum FragmentType : unsigned char { full = 1, first = 2, middle = 3, last = 4 };

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// RocksDB keeps checksums in disguise, as the checksum of bytes that hold one is weak.
std::uint32_t unmasked(std::uint32_t checksum) {
  const std::uint32_t turned = checksum - 0xa282ead8u;
  return turned >> 17 | turned << 15;
}

struct Fragment {
  unsigned char type;
  std::string_view payload;
  std::size_t end;
  bool begins() const { return type == full || type == first; }
  bool ends() const { return type == full || type == last; }
};

// None: what is there is no sound fragment.
std::optional<Fragment> fragment_at(std::string_view bytes, std::size_t at) {
  const auto room = std::min(block_bytes - at % block_bytes, bytes.size() - at);
  if (room < header_bytes) return std::nullopt;
  const auto type = static_cast<unsigned char>(bytes[at + 6]);
  const auto length = little_endian(bytes, at + 4, 2);
  if (type < full || type > last || length > room - header_bytes) return std::nullopt;
  const Fragment found{type, bytes.substr(at + header_bytes, length), at + header_bytes + length};
  if (!found.ends() && found.end % block_bytes != 0) return std::nullopt;
  const auto checksum = static_cast<std::uint32_t>(little_endian(bytes, at, 4));
  if (unmasked(checksum) != crc32c(bytes.substr(at + 6, 1 + length))) return std::nullopt;
  return found;
}

// The records of one file up to the first that is not whole.
struct Scan {
  std::size_t end = 0;                 // of the last whole one
  std::optional<std::size_t> broken;   // where the first fragment is that does not fit; none: all is whole
  std::optional<std::uint64_t> first;  // sequence of the first record
  std::uint64_t next = 0;              // sequence after the last one
  bool holds_operations = false;
};

Scan scan(std::string_view bytes) {
  Scan out;
  std::string head;  // of the record under way: its batch's header
  bool under_way = false;
  std::size_t at = 0;
  while (true) {
    if (block_bytes - at % block_bytes < header_bytes) at += block_bytes - at % block_bytes;
    if (at >= bytes.size()) break;
    const auto fragment = fragment_at(bytes, at);
    if (!fragment || fragment->begins() == under_way) {
      out.broken = at;
      return out;
    }
    if (fragment->begins()) head.clear();
    head += fragment->payload.substr(0, batch_header_bytes - head.size());
    at = fragment->end;
    under_way = !fragment->ends();
    if (under_way) continue;
    if (head.size() < batch_header_bytes) {
      out.broken = out.end;
      return out;
    }
    const auto sequence = little_endian(head, 0, 8), count = little_endian(head, 8, 4);
    if (!out.first) out.first = sequence;
    out.next = sequence + count;
    out.holds_operations |= count != 0;
    out.end = at;
  }
  if (under_way) out.broken = bytes.size();
  return out;
}

// Where from `from` on a record begins that was written after those before `sequence`: no lengths can be
// trusted there, so at every byte.
std::optional<std::size_t> find_record(std::string_view bytes, std::size_t from, std::uint64_t sequence) {
  for (auto at = from; at + header_bytes <= bytes.size(); ++at) {
    const auto type = static_cast<unsigned char>(bytes[at + 6]);
    if (type != full && type != first) continue;
    const auto fragment = fragment_at(bytes, at);
    if (!fragment) continue;
    // What lay on the disk before, and a record inside a record, is older than that or no batch.
    if (fragment->payload.size() < batch_header_bytes ? fragment->type == first
                                                      : little_endian(fragment->payload, 0, 8) >= sequence)
      return at;
  }
  return std::nullopt;
}

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

std::string wal_name(std::uint64_t file) {
  auto digits = number(file);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return digits + ".log";
}

std::optional<std::uint64_t> parse_wal_name(const std::string& name) {
  constexpr std::string_view ending = ".log";
  if (!name.ends_with(ending)) return std::nullopt;
  const auto* digits_end = name.data() + name.size() - ending.size();
  std::uint64_t file = 0;
  const auto [end, error] = std::from_chars(name.data(), digits_end, file);
  if (error != std::errc{} || end != digits_end) return std::nullopt;
  return file;
}

WalVerdict check_wal(const std::vector<WalFile>& live, std::uint64_t oldest,
                     const std::optional<WalPosition>& acknowledged) {
  WalVerdict out;
  const auto damaged = [&](std::string why) {
    return WalVerdict{WalVerdict::Kind::damaged, std::move(why), 0, {}, 0};
  };
  auto missing = acknowledged && acknowledged->bytes != 0 && acknowledged->number >= oldest;
  for (const auto& [file, bytes] : live) {
    const auto found = scan(bytes);
    if (missing && acknowledged->number == file) {
      missing = false;
      if (found.end < acknowledged->bytes) {
        return damaged("the writes in " + wal_name(file) + " from byte " + number(found.end) + " to " +
                       number(acknowledged->bytes) +
                       " were acknowledged and are gone or damaged; with log.acknowledged removed it opens "
                       "without them");
      }
    }
    // Opening leaves a torn end out, and then begins the next file with a batch of nothing that says where
    // it goes on; it may be cut off there.
    const bool goes_on = found.first == out.next_sequence && !found.holds_operations;
    if (out.kind == WalVerdict::Kind::torn && found.first && !goes_on)
      return damaged(out.why + ", and there are later writes in " + wal_name(file));
    if (found.first) out.next_sequence = found.next;
    if (!found.broken) continue;
    if (const auto later = find_record(bytes, *found.broken, out.next_sequence)) {
      return damaged(wal_name(file) + " is damaged between byte " + number(found.end) + " and " +
                     number(*later) + ", where later writes follow");
    }
    out.kind = WalVerdict::Kind::torn;
    out.dropped += bytes.size() - found.end;
    out.ends.push_back({file, found.end});
    out.why += (out.why.empty() ? "" : ", and ") + wal_name(file) + " is not whole from byte " +
               number(found.end) + " to its end at " + number(bytes.size());
  }
  if (missing) {
    return damaged(wal_name(acknowledged->number) + " is missing, and " + number(acknowledged->bytes) +
                   " bytes of it were acknowledged; with log.acknowledged removed it opens without them");
  }
  return out;
}

}  // namespace assay::storage
