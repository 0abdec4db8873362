#include "crdt/tools/trace.h"

#include <map>
#include <nlohmann/json.hpp>

#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {
namespace {

using Json = nlohmann::json;
// For each document how many of its own steps have been seen: steps of one document follow one another, so a
// number says which.
using Seen = std::map<std::uint32_t, std::uint32_t>;

void take_in(Seen& into, const Seen& more) {
  for (const auto& [document, count] : more) {
    auto& mine = into[document];
    mine = std::max(mine, count);
  }
}

bool within(const Seen& part, const Seen& whole) {
  for (const auto& [document, count] : part) {
    const auto found = whole.find(document);
    if (found == whole.end() || found->second < count) return false;
  }
  return true;
}

// Spreads the transactions of a concurrent trace over documents, so that each is made in a document that
// holds exactly what its author had seen. An author whose history forks gets a further document.
class Spreader {
 public:
  void place(TraceStep& step, std::uint32_t number, std::uint64_t author,
             const std::vector<std::uint32_t>& parents) {
    Seen seen;
    for (const std::uint32_t parent : parents) take_in(seen, after_[parent]);
    step.document = document_for(author, seen);
    step.needs = missing(step.document, seen);
    steps_of_[step.document].push_back(number);
    seen[step.document] = static_cast<std::uint32_t>(steps_of_[step.document].size());
    state_[step.document] = seen;
    after_.push_back(std::move(seen));
  }
  std::uint32_t documents() const { return static_cast<std::uint32_t>(state_.size()); }

 private:
  std::uint32_t document_for(std::uint64_t author, const Seen& seen) {
    for (const std::uint32_t document : documents_of_[author])
      if (within(state_[document], seen)) return document;
    const auto fresh = documents();
    documents_of_[author].push_back(fresh);
    state_.emplace_back();
    steps_of_.emplace_back();
    return fresh;
  }

  std::vector<std::uint32_t> missing(std::uint32_t document, const Seen& seen) const {
    std::vector<std::uint32_t> steps;
    const Seen& here = state_[document];
    for (const auto& [other, count] : seen) {
      const auto found = here.find(other);
      for (std::uint32_t i = found == here.end() ? 0 : found->second; i < count; ++i)
        steps.push_back(steps_of_[other][i]);
    }
    std::sort(steps.begin(), steps.end());  // the trace lists parents first
    return steps;
  }

  std::vector<Seen> after_;                           // of each step: itself and all before it
  std::vector<Seen> state_;                           // of each document
  std::vector<std::vector<std::uint32_t>> steps_of_;  // of each document
  std::map<std::uint64_t, std::vector<std::uint32_t>> documents_of_;  // of each author
};

std::vector<Patch> parse_patches(const Json& json) {
  std::vector<Patch> patches;
  for (const Json& patch : json)
    patches.push_back(
        {patch.at(0).get<std::uint64_t>(), patch.at(1).get<std::uint64_t>(), patch.at(2).get<std::string>()});
  return patches;
}

Trace parse(const Json& json, const std::string& path) {
  Trace trace;
  trace.start = json.value("startContent", std::string());
  trace.end = json.at("endContent").get<std::string>();
  const bool concurrent = json.value("kind", std::string()) == "concurrent";
  Spreader spreader;
  for (const Json& transaction : json.at("txns")) {
    TraceStep step;
    step.patches = parse_patches(transaction.at("patches"));
    const auto number = static_cast<std::uint32_t>(trace.steps.size());
    if (concurrent) {
      const auto parents = transaction.at("parents").get<std::vector<std::uint32_t>>();
      for (const std::uint32_t parent : parents)
        if (parent >= number)
          throw ToolError(exit_input,
                          path + ": transaction " + std::to_string(number) + " names a later parent");
      spreader.place(step, number, transaction.at("agent").get<std::uint64_t>(), parents);
    }
    trace.steps.push_back(std::move(step));
  }
  if (concurrent) trace.documents = std::max(spreader.documents(), 1u);
  return trace;
}

}  // namespace

std::uint64_t Trace::patch_count() const {
  std::uint64_t count = 0;
  for (const TraceStep& step : steps) count += step.patches.size();
  return count;
}

Trace parse_trace(ByteView text, const std::string& path) {
  try {
    return parse(Json::parse(text.begin(), text.end()), path);
  } catch (const Json::exception& error) {
    throw ToolError(exit_input, path + ": not an editing trace (" + error.what() + ")");
  }
}

}  // namespace assay::crdt::tools
