#include "server/access.h"

#include <algorithm>
#include <array>
#include <boost/locale/utf.hpp>

namespace assay::server {
namespace {

struct RoleName {
  Role role;
  std::string_view name;
};
constexpr std::array<RoleName, 5> role_names{{{Role::none, "none"},
                                              {Role::viewer, "viewer"},
                                              {Role::reviewer, "reviewer"},
                                              {Role::editor, "editor"},
                                              {Role::owner, "owner"}}};

constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t report_id_length = 22;
constexpr std::string_view comments_ending = "~comments";

bool printable_utf8(std::string_view text) {
  using Utf8 = boost::locale::utf::utf_traits<char>;
  for (auto at = text.begin(); at != text.end();) {
    const auto point = Utf8::decode(at, text.end());
    if (point == boost::locale::utf::illegal || point == boost::locale::utf::incomplete) return false;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return false;
  }
  return true;
}

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool spelled_like_report(std::string_view name) {
  return name.size() == report_id_length && letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::string_view to_string(Role role) {
  return std::find_if(role_names.begin(), role_names.end(), [&](const auto& row) { return row.role == role; })
      ->name;
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto& row : role_names)
    if (row.name == text) return row.role;
  return std::nullopt;
}

std::optional<DocumentName> parse_document_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max || !printable_utf8(name)) return std::nullopt;
  std::string_view report = name;
  const bool comments = name.size() > comments_ending.size() && name.ends_with(comments_ending);
  if (comments) report.remove_suffix(comments_ending.size());
  if (report.find('~') != std::string_view::npos) return std::nullopt;
  auto part = DocumentPart::other;
  if (comments)
    part = DocumentPart::comments;
  else if (spelled_like_report(name))
    part = DocumentPart::report;
  return DocumentName{std::string(name), std::string(report), part};
}

}  // namespace assay::server
