// The sample's matrix: its own evidence, weighed by two invented analysts who agree on most of it.
#include <array>
#include <cassert>
#include <vector>

#include "server/reports/new_id.h"
#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

using crdt::Any;
using crdt::AnyObject;
using crdt::TypeKind;
using crdt::TypeRef;

constexpr std::size_t hypotheses = 3;
struct Vote {
  const char* value;
  const char* note;
};
struct Item {
  const char* words;
  const char* type;
  const char* source;
  const char* origin;
  const char* credibility;
  const char* relevance;
  bool in_text;  // the words stand so in the text
  std::array<Vote, hypotheses> mara, jonas;
};

constexpr Item items[] = {
    {"The survey found one continuous furrow that crosses both legs",
     "report",
     "Halcyon Subsea",
     "Halcyon Subsea",
     "H",
     "H",
     true,
     {{{"CC", ""}, {"C", ""}, {"II", "A failed joint leaves no furrow."}}},
     {{{"C", ""}, {"C", ""}, {"II", ""}}}},
    {"The ship's speed fell from 11.2 to 6.8 knots two hours before the first fault",
     "signal",
     "Position reports",
     "",
     "M",
     "H",
     true,
     {{{"CC", ""}, {"II", "Whoever means to cut two legs raises the anchor between them."}, {"I", ""}}},
     {{{"C", ""}, {"N", "Waiting for darkness would look the same."}, {"I", ""}}}},
    {"a gap of 47 minutes in her position reports around the second fault",
     "signal",
     "Position reports",
     "",
     "M",
     "M",
     true,
     {{{"I", ""}, {"C", ""}, {"N", ""}}},
     {{{"N", ""}, {"CC", ""}, {"N", ""}}}},
    {"The ship changed owner and flag eleven weeks before the voyage",
     "document",
     "Ship register",
     "",
     "H",
     "L",
     true,
     {{{"N", ""}, {"C", ""}, {"N", ""}}},
     {{{"N", ""}, {"C", ""}, {"NA", ""}}}},
    {"The wind reached force 10 on both nights",
     "report",
     "Weather service",
     "",
     "H",
     "M",
     false,
     {{{"C", ""}, {"C", ""}, {"C", ""}}},
     {{{"C", ""}, {"C", ""}, {"C", ""}}}},
    {"The first leg failed at a repaired joint from 2021",
     "document",
     "Halcyon Subsea",
     "Halcyon Subsea",
     "M",
     "M",
     true,
     {{{"N", ""}, {"N", ""}, {"C", ""}}},
     {{{"N", ""}, {"N", ""}, {"C", ""}}}},
};

// Gives each hypothesis an id and says which, in the order of the text.
void name_hypotheses(std::vector<Block>& blocks, const std::function<std::string()>& make_id,
                     std::vector<std::string>& ids) {
  for (Block& block : blocks) {
    if (block.kind == NodeKind::hypothesis) {
      block.id = make_id();
      ids.push_back(block.id);
    } else {
      name_hypotheses(block.blocks, make_id, ids);
    }
  }
}

void write_votes(crdt::Transaction& transaction, TypeRef ratings, const SampleAnalyst& analyst,
                 const std::string& item, const std::vector<std::string>& ids,
                 const std::array<Vote, hypotheses>& votes, std::int64_t now_ms) {
  for (std::size_t j = 0; j < hypotheses; ++j) {
    AnyObject entry = {{"at", Any(static_cast<double>(now_ms))},
                       {"name", Any(analyst.name)},
                       {"value", Any(votes[j].value)}};
    if (*votes[j].note != '\0') entry.emplace_back("note", Any(votes[j].note));
    transaction.set(ratings, std::string(analyst.id) + "/" + item + "/" + ids[j],
                    Any(Any::Value(std::move(entry))));
  }
}

}  // namespace

crdt::Bytes sample_update(crdt::ClientId as, const Author& author) {
  const auto make_id = author.make_id ? author.make_id : std::function<std::string()>(new_id);
  Report report = sample_report();
  std::vector<std::string> ids;
  name_hypotheses(report.blocks, make_id, ids);
  assert(ids.size() == hypotheses);
  crdt::Document document;
  crdt::Transaction transaction(document, as);
  write_report(report, document, transaction, author);
  const TypeRef evidence = document.root("evidence", TypeKind::map);
  const TypeRef ratings = document.root("ratings", TypeKind::map);
  double order = 0;
  for (const Item& item : items) {
    const std::string id = make_id();
    const TypeRef entry = transaction.set_type(evidence, id, TypeKind::map);
    transaction.insert_text(transaction.set_type(entry, "text", TypeKind::text), 0, item.words);
    for (const auto& [name, value] :
         {std::pair("type", item.type), std::pair("source", item.source), std::pair("origin", item.origin),
          std::pair("credibility", item.credibility), std::pair("relevance", item.relevance)})
      if (*value != '\0') transaction.set(entry, name, value);
    transaction.set(entry, "order", order++);
    // No positions: the quote alone finds words that stand once.
    if (item.in_text)
      transaction.set(entry, "anchor", Any(Any::Value(AnyObject{{"quote", Any(item.words)}})));
    write_votes(transaction, ratings, sample_mara, id, ids, item.mara, author.now_ms);
    write_votes(transaction, ratings, sample_jonas, id, ids, item.jonas, author.now_ms);
  }
  return transaction.commit();
}

}  // namespace assay::server::reports
