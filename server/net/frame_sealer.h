// Makes messages whole WebSocket frames, once for all that get them: a server's frames carry no mask, so the
// same bytes fit every connection.
#pragma once

#include "server/rooms/peer.h"

namespace assay::server {

// [any thread] One binary frame; an empty message stays empty and is not sent.
Frame seal_frame(Bytes message);
// One ping, shared by all.
Frame ping_frame();

}  // namespace assay::server
