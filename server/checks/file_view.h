// FileView: a file's report as plugins see it, word for word as the same report would look after its import,
// and the way back from the view's bytes to characters of the file as stored. No I/O. [any thread]
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "crdt/result.h"
#include "server/checks/check.h"
#include "server/reports/report.h"

namespace assay::checks {

class FileView {
 public:
  // As an import reads it; whatever is no UTF-8 text is refused.
  static crdt::Result<FileView, server::reports::ParseError> read(std::string_view bytes);

  const std::shared_ptr<const View>& view() const { return view_; }
  // Unicode code points of the file as stored (a CR LF counts two, a byte order mark one). A span over marks
  // that the view leaves out (asterisks, bullets, line ends) covers them; an empty one stays empty.
  server::reports::Range in_file(Span span) const;

 private:
  class Finder;
  // `bytes` of the view lie at `start` of the file; where they do not stand there as they are, they are all
  // of it.
  struct Piece {
    Span bytes;
    server::reports::Range file;  // code points
    bool same = true;
  };
  // Code points of the view's text before this byte.
  std::size_t points_before(std::uint32_t byte) const;
  std::shared_ptr<const View> view_;
  // The same at every so many bytes: a piece may be megabytes long, and have thousands of findings.
  std::vector<std::size_t> points_at_;
  std::vector<Piece> pieces_;  // in order, without overlap, all of the text but line ends between blocks
};

}  // namespace assay::checks
