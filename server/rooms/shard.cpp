#include "server/rooms/shard.h"

#include <algorithm>
#include <utility>

namespace assay::server {

void Shard::connect(std::vector<Shard*> all) {
  all_ = std::move(all);
  outgoing_.resize(all_.size());
}

Shard& Shard::home_of(std::string_view document) const {
  return *all_[std::hash<std::string_view>{}(document) % all_.size()];
}

// ---- The post office

void Shard::request(const std::shared_ptr<PeerLink>& link, Request request) {
  if (&link->home == this) return handle(link, std::move(request));
  mail(link->home, ToRoom{link, std::move(request)});
}

void Shard::deliver(const std::shared_ptr<PeerLink>& link, Delivery delivery) {
  if (const auto* frame = std::get_if<Frame>(&delivery)) {
    if (!*frame || (*frame)->empty()) return;
    link->backlog->bytes += (*frame)->size();
    // A frame is only queued by its connection, so it may go at once. The ends of things go by mail: they
    // take apart what the caller is still holding.
    if (&link->shard == this) return hand_over(*link, delivery);
  }
  mail(link->shard, ToPeer{link, std::move(delivery)});
}

void Shard::mail(Shard& to, Mail letter) {
  outgoing_[to.index_].push_back(std::move(letter));
  if (std::exchange(sending_, true)) return;
  loop_.post([this] { send_mail(); });
}

void Shard::send_mail() {
  sending_ = false;
  for (std::size_t i = 0; i < outgoing_.size(); ++i) {
    if (outgoing_[i].empty()) continue;
    auto letters = std::make_shared<std::vector<Mail>>(std::move(outgoing_[i]));
    outgoing_[i].clear();
    if (all_[i] == this) {
      receive(*letters);
    } else {
      all_[i]->loop_.post([to = all_[i], letters] { to->receive(*letters); });
    }
  }
}

void Shard::receive(std::vector<Mail>& letters) {
  for (auto& letter : letters) {
    if (auto* asked = std::get_if<ToRoom>(&letter)) {
      handle(asked->link, std::move(asked->request));
    } else {
      const auto& answer = std::get<ToPeer>(letter);
      hand_over(*answer.link, answer.delivery);
    }
  }
}

void Shard::hand_over(PeerLink& link, const Delivery& delivery) {
  const auto* frame = std::get_if<Frame>(&delivery);
  if (!link.peer) {
    if (frame) link.backlog->bytes -= (*frame)->size();
    return;
  }
  if (frame) return link.peer->deliver(*frame);
  if (const auto* close = std::get_if<CloseSocket>(&delivery)) return link.peer->close_socket(*close);
  link.peer->ended();
}

void Shard::handle(const std::shared_ptr<PeerLink>& link, Request request) {
  if (std::holds_alternative<Join>(request)) return room(link->document).handle(link, std::move(request));
  if (link->room) link->room->handle(link, std::move(request));
}

// ---- Rooms

Room* Shard::find(const std::string& name) {
  const auto found = rooms_.find(name);
  return found == rooms_.end() || found->second->finished() ? nullptr : found->second.get();
}

Room& Shard::room(const DocumentName& name) {
  if (Room* open = find(name.name)) return *open;
  auto& place = rooms_[name.name];
  place = Room::open(*this, loop_, around_, name);
  return *place;
}

void Shard::tick() {
  const auto now = loop_.now_ms();
  for (auto at = rooms_.begin(); at != rooms_.end();) {
    const auto room = at->second;
    room->tick(now);
    at = room->finished() ? rooms_.erase(at) : std::next(at);
  }
  // A write of the API's may have failed while no room was writing: somebody has to mend the log.
  if (read_only() || (index_ == 0 && !around_.store.writable())) recover();
}

bool Shard::read_only() const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [](const auto& entry) { return entry.second->read_only(); });
}

void Shard::recover() {
  const auto now = loop_.now_ms();
  if (recovering_ || now - recovered_ms_ < around_.bounds.recover_interval.count()) return;
  recovering_ = true;
  loop_.background([this] {
    bool writable = false;
    try {
      writable = around_.store.recover();
    } catch (const std::exception&) {
      writable = false;  // asked again in a while
    }
    loop_.post([this, writable] {
      recovering_ = false;
      recovered_ms_ = loop_.now_ms();
      if (!writable) return;
      const auto rooms = rooms_;
      for (const auto& [name, room] : rooms) room->storage_recovered();
    });
  });
}

void Shard::access_changed(const std::string& report) {
  const auto rooms = rooms_;
  for (const auto& [name, room] : rooms) {
    if (report.empty() || room->name().report == report || name == report) room->access_changed();
  }
}

void Shard::close(const std::string& name, const std::string& reason, std::function<void()> forgotten) {
  Room* open = find(name);
  if (!open) return forgotten();
  open->close(reason, std::move(forgotten));
}

void Shard::drain(std::function<void()> done) {
  const auto rooms = rooms_;
  auto left = std::make_shared<std::size_t>(rooms.size() + 1);
  const auto one_less = [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
  for (const auto& [name, room] : rooms) room->drain(one_less);
  one_less();
}

}  // namespace assay::server
