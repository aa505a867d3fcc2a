// SPDX-License-Identifier: Apache-2.0
#include "noc/flit_network.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::noc {

namespace {

template <class Visit>
void for_each_node(std::vector<std::uint64_t>& words, const Visit& visit) {
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (std::uint64_t left = words[word]; left != 0; left &= left - 1) {
      visit(static_cast<std::uint32_t>(64 * word) +
            static_cast<std::uint32_t>(__builtin_ctzll(left)));
    }
  }
}

void set(std::vector<std::uint64_t>& words, std::uint32_t node) {
  words[node / 64] |= std::uint64_t{1} << (node % 64);
}

void clear(std::vector<std::uint64_t>& words, std::uint32_t node) {
  words[node / 64] &= ~(std::uint64_t{1} << (node % 64));
}

}  // namespace

FlitNetwork::FlitNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing)
    : topology_(std::move(topology)),
      shape_(shape),
      timing_(timing),
      ports_(topology_.ports()),
      channels_(shape.virtual_channels),
      inputs_(ports_ * channels_),
      routers_(topology_.nodes()),
      input_channels_(std::size_t{topology_.nodes()} * inputs_),
      buffers_(input_channels_.size() * shape.buffer_depth),
      outputs_(std::size_t{topology_.nodes()} * ports_),
      credits_(input_channels_.size(), static_cast<std::uint16_t>(shape.buffer_depth)),
      source_credits_(std::size_t{topology_.nodes()} * channels_,
                      static_cast<std::uint16_t>(shape.buffer_depth)),
      channel_of_input_(input_channels_.size()),
      input_of_channel_(input_channels_.size()),
      turn_in_port_(outputs_.size()),
      output_of_port_(outputs_.size()),
      port_of_output_(outputs_.size()),
      groups_(topology_),
      sources_(topology_.nodes()),
      busy_routers_((topology_.nodes() + 63) / 64),
      busy_sources_(busy_routers_.size()),
      calendar_(slots) {
  for (OutputPort& output : outputs_) {
    output.free = output.ready = (1U << channels_) - 1;
  }
}

std::uint32_t FlitNetwork::add_group(const std::vector<std::uint32_t>& destinations) {
  forks_.resize(input_channels_.size());
  return groups_.add(destinations);
}

void FlitNetwork::send(const Packet& packet) {
  if (packet.created <= now_) {
    throw model_error("a packet sent into the network's past");
  }
  if (packet.group != 0 && packet.flits > longest_multicast()) {
    throw model_error("a packet to a group that does not fit into a buffer");
  }
  std::uint32_t index = 0;
  if (spare_packets_.empty()) {
    index = static_cast<std::uint32_t>(packets_.size());
    packets_.push_back(packet);
    copies_left_.push_back(0);
  } else {
    index = spare_packets_.back();
    spare_packets_.pop_back();
    packets_[index] = packet;
  }
  copies_left_[index] = copies(packet);
  ++in_flight_;
  Source& source = sources_[packet.source];
  source.queue.push_back(index);
  if (source.queue.size() == 1) {
    sleeping_.emplace(packet.created, packet.source);
  }
}

Cycle FlitNetwork::next_work() const {
  const bool sending = std::any_of(busy_sources_.begin(), busy_sources_.end(),
                                   [](std::uint64_t word) { return word != 0; });
  if (moving_ != 0 || sending) {
    return now_ + 1;
  }
  return sleeping_.empty() ? never : sleeping_.top().first;
}

void FlitNetwork::advance(Cycle until) {
  while (now_ < until) {
    const Cycle next = next_work();
    if (next > until) {
      now_ = until;
      return;
    }
    now_ = next;
    step();
  }
}

void FlitNetwork::step() {
  Slot& now = slot(now_);
  if (!now.empty()) {
    take_arrivals(now);
  }
  wake_sources();
  for_each_node(busy_sources_, [this](std::uint32_t node) { send_flit(node); });
  for_each_node(busy_routers_, [this](std::uint32_t node) { work(node); });
  // Packets that leave without delay came last.
  if (!now.departures.empty()) {
    std::sort(now.departures.begin(), now.departures.end(),
              [](const Departure& a, const Departure& b) { return a.node < b.node; });
    std::vector<Departure> leaving;
    leaving.swap(now.departures);
    moving_ -= leaving.size();
    for (const Departure& departure : leaving) {
      Packet packet = packets_[departure.packet];
      packet.destination = departure.node;
      if (--copies_left_[departure.packet] == 0) {
        --in_flight_;
        spare_packets_.push_back(departure.packet);
      }
      deliver(packet, now_);
    }
    leaving.clear();
    if (now.departures.empty()) {
      now.departures.swap(leaving);  // its memory serves again
    }
  }
}

void FlitNetwork::take_arrivals(Slot& now) {
  moving_ -= now.credits.size() + now.source_credits.size();
  for (const std::uint32_t channel : now.credits) {
    if (credits_[channel]++ == 0) {
      outputs_[channel / channels_].ready |= 1U << (channel % channels_);
    }
  }
  for (const std::uint32_t channel : now.source_credits) {
    ++source_credits_[channel];
  }
  for (const Arrival& arrival : now.arrivals) {
    InputChannel& input = input_channels_[arrival.channel];
    unsigned place = unsigned{input.front} + input.count;
    if (place >= shape_.buffer_depth) {
      place -= shape_.buffer_depth;
    }
    buffers_[std::size_t{arrival.channel} * shape_.buffer_depth + place] = arrival.flit;
    const std::uint32_t node = arrival.channel / inputs_;
    const unsigned number = arrival.channel % inputs_;
    if (input.count++ == 0) {
      routers_[node].filled |= Mask{1} << number;
      if ((arrival.flit & head_bit) != 0) {
        show_front(node, number);
      }
      set(busy_routers_, node);
    }
  }
  now.credits.clear();
  now.source_credits.clear();
  now.arrivals.clear();
}

/// The head now at the front of an input asks for a virtual channel.
void FlitNetwork::show_front(std::uint32_t node, unsigned number) {
  const std::size_t index = std::size_t{node} * inputs_ + number;
  InputChannel& input = input_channels_[index];
  const Flit flit = buffers_[index * shape_.buffer_depth + input.front];
  const Packet& packet = packets_[flit >> 2];
  if (packet.group != 0) {
    show_fork(node, number, packet);
    return;
  }
  const std::uint32_t destination = packet.destination;
  input.output = static_cast<std::uint8_t>(topology_.route(node, destination));
  input.allowed =
      static_cast<std::uint8_t>(topology_.channels(node, destination, input.output, channels_));
  routers_[node].waiting |= Mask{1} << number;
}

void FlitNetwork::wake_sources() {
  while (!sleeping_.empty() && sleeping_.top().first <= now_) {
    set(busy_sources_, sleeping_.top().second);
    sleeping_.pop();
  }
}

unsigned FlitNetwork::source_channel(const Source& source, std::uint32_t node) const {
  for (unsigned i = 1; i <= channels_; ++i) {
    const unsigned channel = source.sent_before ? (source.last_channel + i) % channels_ : i - 1;
    if (source_credits_[node * channels_ + channel] != 0) {
      return channel;
    }
  }
  return channels_;
}

void FlitNetwork::send_flit(std::uint32_t node) {
  Source& source = sources_[node];
  if (source.link_free > now_) {
    return;
  }
  const std::uint32_t index = source.queue.front();
  const Packet& packet = packets_[index];
  if (source.sent == 0) {
    source.channel = source_channel(source, node);
    if (source.channel == channels_) {
      return;
    }
    source.last_channel = source.channel;
    source.sent_before = true;
  }
  std::uint16_t& credits = source_credits_[node * channels_ + source.channel];
  if (credits == 0) {
    return;
  }
  --credits;
  source.link_free = now_ + timing_.interval;
  const bool tail = ++source.sent == packet.flits;
  const Flit flit = (index << 2) | (source.sent == 1 ? head_bit : 0) | (tail ? tail_bit : 0);
  const std::uint32_t channel = node * inputs_ + topology_.local() * channels_ + source.channel;
  slot(now_ + timing_.injection).arrivals.push_back({channel, flit});
  ++moving_;
  if (tail) {
    source.sent = 0;
    source.queue.pop_front();
    if (source.queue.empty() || packets_[source.queue.front()].created > now_ + 1) {
      clear(busy_sources_, node);
      if (!source.queue.empty()) {
        sleeping_.emplace(packets_[source.queue.front()].created, node);
      }
    }
  }
}

void FlitNetwork::work(std::uint32_t node) {
  Router& router = routers_[node];
  const Mask active = router.active & router.filled;
  const Mask given = router.waiting != 0 ? allocate_channels(node) : 0;
  const Mask candidates = timing_.vc_allocation == 0 ? active | given : active;
  router.active |= given;
  router.waiting &= ~given;
  for (Mask left = given & router.forked; left != 0; left &= left - 1) {
    // Other branches may still be without one.
    const auto number = static_cast<unsigned>(__builtin_ctzll(left));
    if (forks_[std::size_t{node} * inputs_ + number].waiting != 0) {
      router.waiting |= Mask{1} << number;
    }
  }
  if (candidates != 0) {
    allocate_switch(node, candidates);
  }
  if (router.filled == 0) {
    clear(busy_routers_, node);
  }
}

std::vector<LinkUse> FlitNetwork::link_use() const {
  std::vector<LinkUse> result;
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    for (unsigned port = 0; port < ports_; ++port) {
      const std::uint32_t to = port == topology_.local() ? node : topology_.neighbour(node, port);
      if (to != Topology::nowhere) {
        result.push_back({node, to, outputs_[std::size_t{node} * ports_ + port].flits});
      }
    }
  }
  return result;
}

}  // namespace lacuna::noc
