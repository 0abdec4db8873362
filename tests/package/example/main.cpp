// Two replicas write at once and agree: the whole of what another project needs to start.
#include <crdt/document.h>

#include <iostream>

using namespace assay::crdt;

int main() {
  Document ours, theirs;
  Transaction first(ours, ClientId{1});
  first.insert_text(ours.root("text", TypeKind::text), 0, "world");
  const Bytes said = first.commit();
  Transaction second(theirs, ClientId{2});
  second.insert_text(theirs.root("text", TypeKind::text), 0, "hello ");
  const Bytes answered = second.commit();
  ours.apply(*Update::decode(answered));
  theirs.apply(*Update::decode(said));
  std::cout << ours.text(*ours.find_root("text")) << '\n';
  return ours.encode_since() == theirs.encode_since() ? 0 : 1;
}
