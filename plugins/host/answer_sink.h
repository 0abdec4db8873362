// The sink of one check: copies what a plugin reports into an answer, within the bounds of one message.
#pragma once

#include <functional>

#include <assay/plugin.h>

#include "plugins/host/check_values.h"

namespace assay::host {

class AnswerSink {
 public:
  // Both outlive this. Once `cancelled` says so, every call of the table answers ASSAY_CANCELLED.
  AnswerSink(checks::Answer& answer, const std::function<bool()>& cancelled);
  const assay_sink* table() const { return &table_; }
  // Something was refused because the answer was full.
  bool overflowed() const { return overflowed_; }

 private:
  static AnswerSink& of(const assay_sink* sink) { return *static_cast<AnswerSink*>(sink->host_data); }
  assay_status take(const assay_finding& finding);
  assay_status take(const assay_score& score);
  assay_status take(const assay_suggestion& suggestion);
  assay_status take_panel(assay_str json);
  // Whether `bytes` more may come; counts them.
  bool room_for(std::size_t bytes);

  checks::Answer& answer_;
  const std::function<bool()>& cancelled_;
  assay_sink table_{};
  std::size_t bytes_ = 0;
  bool overflowed_ = false;
};

}  // namespace assay::host
