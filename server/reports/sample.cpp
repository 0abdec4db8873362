// The sample: a finished report in the layout of docs/report-text.md. Every place, ship, firm and paper in it
// is invented.
#include <cassert>

#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

constexpr std::string_view text =
    R"report(Cable faults in Hallen Sound point to anchor drag, with deliberate probing not excluded – Northern Maritime Review
Published on: 2026-10-19
Intelligence Report: Cable faults in Hallen Sound point to anchor drag, with deliberate probing not excluded – Northern Maritime Review
1. BLUF (Bottom Line Up Front)
The two faults on the Varnholm–Osterby cable on 11 and 12 October were likely caused by one merchant ship dragging her anchor in a storm. The most supported hypothesis is that the MV Corriedale dragged a poorly secured anchor across both cable legs without her crew noticing. A deliberate act under cover of the weather is unlikely, yet cannot be excluded until the anchor and the bridge recordings have been examined. Confidence level: Moderate, because the ship's track and the sonar survey agree, but the survey and the fault times come from one operator. Recommended action: The Osterby Coast Guard should secure the anchor, the chain and the voyage data recorder before the ship leaves Varnholm on 24 October.
2. Competing Hypotheses
1. **Accidental anchor drag in the storm**: The anchor of the MV Corriedale worked loose in a force 10 gale, was dragged 38 km at reduced speed and cut both legs. The crew noticed only when the ship failed to answer the helm.
2. **Deliberate damage under cover of the weather**: The master lowered the anchor on the approach to each leg on instruction, counting on the storm to explain the damage and on the flag state to delay an inspection.
3. **Unrelated technical failure**: The first leg failed at a repaired joint from 2021, and the switch to the second leg overloaded an ageing amplifier. No ship was involved.
Weighing the evidence against each explanation, the first hypothesis is better supported. The survey found one continuous furrow that crosses both legs, which is inconsistent with the third hypothesis and does not separate the first two. The ship's speed fell from 11.2 to 6.8 knots two hours before the first fault and stayed there, as it would under a dragging load; a crew acting on purpose would more likely have raised the anchor between the legs. Against this stands a gap of 47 minutes in her position reports around the second fault, which the second hypothesis explains better than the first.
3. Key Assumptions and Red Flags
– **Assumptions**: It is assumed that the position reports of the MV Corriedale were not falsified before the gap. It is also assumed that the furrow was made on 11 and 12 October, since the last survey before it dates from June. If either fails, the order of the first two hypotheses may change.
– **Red Flags**: The ship changed owner and flag eleven weeks before the voyage. Sonar survey and fault times both come from the cable operator Halcyon Subsea, which is insured against accident but not against hostile acts. The master's account was reported by one paper only.
– **Blind Spots**: Nobody has yet examined the anchor, the chain stopper or the bridge recordings. The state of the repaired joint before the storm is unknown. Other ships that passed without position reports have not been ruled out.
4. Implications and Strategic Risks
– **Resilience**: With both legs down, Osterby depends on one microwave link that carries roughly a tenth of the usual traffic. A third fault before the repair, planned for 2 November, would probably interrupt payments and port control.
– **Political**: A premature accusation would strain the Hallen Sound fisheries talks on 5 November. A premature all-clear would be hard to take back if the recordings show intent.
– **Legal**: The ship lies in Varnholm, whose port law allows detention for 14 days without a charge. That period ends on 24 October.
– **Precedent**: Whoever wishes to test the region's response can now see how long detection, attribution and repair take.
5. Recommendations and Outlook
- The Osterby Coast Guard should secure the anchor, the chain and the voyage data recorder by 24 October.
- Varnholm Port Authority should ask the flag state for the maintenance record of the chain stopper.
- Halcyon Subsea should hand over the raw sonar data, so that a second laboratory can date the furrow.
- The Ministry of Transport should move the standby cable ship to Hallen Sound until the repair is done.
- Indicators to watch: a change of crew in port, lawyers retained before a claim is made, further gaps in the reports of ships under the same owner.
- Scenario Projections:
- Best Case (unlikely): The recordings confirm an accident, the owner accepts liability and both legs carry traffic by 2 November.
- Worst Case (very unlikely): A second ship of the same owner damages the microwave station's supply cable, and the region loses its last link in winter.
- Most Likely (likely): The cause is settled as negligence after several months. One leg returns in November and the other in the new year, and patrols of the sound are stepped up.
6. Key Individuals and Entities
No individuals are named in the source text. Key entities include the MV Corriedale, Halcyon Subsea, the Osterby Coast Guard, Varnholm Port Authority, and the Ministry of Transport.
7. Thematic Tags
maritime security, critical infrastructure, subsea cables, attribution, hybrid threats
8. Sources
- Northern Maritime Review, 19 October 2026: names no source for the master's account, otherwise well documented. Reliability B, credibility 3.
- Halcyon Subsea, fault bulletin of 13 October 2026: first-hand and precise, yet from an interested party. Reliability B, credibility 2.
- Position reports of the MV Corriedale, 9 to 13 October 2026: complete but for 47 minutes. Reliability C, credibility 2.
9. Change from Previous Judgement
The note of 13 October held technical failure to be as likely as anchor drag. The furrow found on 15 October makes the former very unlikely. The judgement on intent is unchanged.
)report";

}  // namespace

std::string_view sample_text() { return text; }

Report sample_report() {
  auto report = parse_report(text);
  assert(report);
  return *std::move(report);
}

}  // namespace assay::server::reports
