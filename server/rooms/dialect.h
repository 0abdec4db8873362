// Dialect: how one peer wants to be told things, which is a protocol and, where a socket carries many
// documents, a routing key. Pure: arguments in, one message out. An empty message means that this protocol
// has no word for it.
#pragma once

#include <string>
#include <string_view>

#include "crdt/ids.h"

namespace assay::server {

using crdt::Bytes;
using crdt::ByteView;

class Dialect {
 public:
  virtual ~Dialect() = default;
  // Peers whose dialects have equal keys understand the very same bytes.
  virtual const std::string& key() const = 0;
  // Other documents may be open on the same socket: what concerns one document must not close it.
  virtual bool shares_socket() const = 0;
  // When the server says its own step 1: on joining, or after its answer to the client's.
  virtual bool step1_on_join() const = 0;

  virtual Bytes step1(ByteView state_vector) const = 0;
  virtual Bytes step2(ByteView update) const = 0;
  virtual Bytes update(ByteView update) const = 0;
  virtual Bytes awareness(ByteView body) const = 0;
  virtual Bytes status(bool stored) const = 0;
  virtual Bytes refused(std::string_view reason) const = 0;
  virtual Bytes permission(bool may_write) const = 0;
  virtual Bytes denied(std::string_view reason) const = 0;
  virtual Bytes closed(std::string_view reason) const = 0;
  virtual Bytes stateless(std::string_view json) const = 0;
};

}  // namespace assay::server
