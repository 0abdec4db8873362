// What an update rests on that a document lacks, so that an update that waits is looked at again only when
// all of it has come.
#pragma once

#include <cstdint>
#include <vector>

#include "crdt/ids.h"
#include "crdt/update.h"

namespace assay::server {

// Met once the document knows the client beyond this clock.
struct Need {
  crdt::ClientId client;
  crdt::Clock clock;
};

// One a client. An update that can never go in (it rests on itself, or nests too deep) has a need that is
// never met.
std::vector<Need> needs_of(const crdt::Update& update, const crdt::StateVector& here);

// By client, the clock behind the last struct of the update.
crdt::StateVector ends_of(const crdt::Bytes& update);

// Drops what is met by now, up to the first that is not; true when nothing is left.
bool all_met(std::vector<Need>& needs, const crdt::StateVector& here);

}  // namespace assay::server
