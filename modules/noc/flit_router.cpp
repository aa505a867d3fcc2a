// SPDX-License-Identifier: Apache-2.0
//
// One router's cycle: the two allocators and what follows from their grants.
#include <array>

#include "noc/flit_network.h"

namespace lacuna::noc {

namespace {

/// How far `position` is behind the pointer of a round-robin arbiter over `size` positions.
unsigned behind(unsigned position, unsigned pointer, unsigned size) {
  return position >= pointer ? position - pointer : position + size - pointer;
}

std::uint8_t after(unsigned position, unsigned size) {
  return static_cast<std::uint8_t>(position + 1 == size ? 0 : position + 1);
}

unsigned lowest(std::uint64_t mask) {
  return static_cast<unsigned>(__builtin_ctzll(mask));
}

/// The first bit set at or behind the pointer.
unsigned first_from(std::uint32_t mask, unsigned pointer) {
  const std::uint32_t later = mask >> pointer << pointer;
  return lowest(later != 0 ? later : mask);
}

}  // namespace

/// An input asks for one of the free virtual channels of an output that it may have.
void FlitNetwork::ask_for_channel(std::uint32_t node, unsigned number, unsigned output,
                                  std::uint32_t allowed, ChannelRequests& requests) {
  const std::size_t base = std::size_t{node} * inputs_;
  const std::uint32_t possible = outputs_[std::size_t{node} * ports_ + output].free & allowed;
  if (possible == 0) {
    return;
  }
  // The arbiter runs over the channels of all outputs; only one output's ask.
  const unsigned first = output * channels_;
  const unsigned pointer = channel_of_input_[base + number];
  const unsigned from = pointer > first && pointer < first + channels_ ? pointer - first : 0;
  const unsigned channel = first + first_from(possible, from);
  if ((requests.requested >> channel & 1) == 0 ||
      behind(number, input_of_channel_[base + channel], inputs_) <
          behind(requests.winner[channel], input_of_channel_[base + channel], inputs_)) {
    requests.requested |= Mask{1} << channel;
    requests.winner[channel] = static_cast<std::uint8_t>(number);
  }
}

FlitNetwork::Mask FlitNetwork::allocate_channels(std::uint32_t node) {
  const Router& router = routers_[node];
  const std::size_t base = std::size_t{node} * inputs_;
  ChannelRequests requests;
  for (Mask left = router.waiting; left != 0; left &= left - 1) {
    const unsigned number = lowest(left);
    if ((router.forked >> number & 1) != 0) {
      const Fork& fork = forks_[base + number];
      for (std::uint32_t ports = fork.waiting; ports != 0; ports &= ports - 1) {
        const unsigned output = lowest(ports);
        ask_for_channel(node, number, output, fork.branches[output].allowed, requests);
      }
      continue;
    }
    const InputChannel& input = input_channels_[base + number];
    ask_for_channel(node, number, input.output, input.allowed, requests);
  }
  Mask given = 0;
  for (Mask left = requests.requested; left != 0; left &= left - 1) {
    const unsigned channel = lowest(left);
    const unsigned number = requests.winner[channel];
    const unsigned output = channel / channels_;
    const auto output_channel = static_cast<std::uint8_t>(channel % channels_);
    outputs_[std::size_t{node} * ports_ + output].free &= ~(1U << output_channel);
    channel_of_input_[base + number] = after(channel, inputs_);
    input_of_channel_[base + channel] = after(number, inputs_);
    given |= Mask{1} << number;
    if ((router.forked >> number & 1) != 0) {
      grant_branch(node, number, output, output_channel);
    } else {
      input_channels_[base + number].output_channel = output_channel;
    }
  }
  return given;
}

void FlitNetwork::allocate_switch(std::uint32_t node, Mask candidates) {
  const std::size_t base = std::size_t{node} * inputs_;
  const std::size_t ports = std::size_t{node} * ports_;
  std::array<std::uint8_t, max_ports> winner;          // by output: input port
  std::array<std::uint8_t, max_ports> channel_chosen;  // by input port
  std::uint32_t requested = 0;
  for (unsigned port = 0; port < ports_; ++port) {
    std::uint32_t here =
        static_cast<std::uint32_t>(candidates >> (port * channels_)) & ((1U << channels_) - 1);
    if (here == 0) {
      continue;
    }
    // Among the channels of an input that want the same output, the first behind the pointer asks.
    std::array<std::uint8_t, max_ports> asks;
    std::uint32_t wanted = 0;
    std::uint32_t forked = 0;  // channels
    const unsigned turn = turn_in_port_[ports + port];
    for (; here != 0; here &= here - 1) {
      const unsigned channel = lowest(here);
      if ((routers_[node].forked >> (port * channels_ + channel) & 1) != 0) {
        forked |= 1U << channel;
        for (std::uint32_t left = ready_branches(node, port * channels_ + channel); left != 0;
             left &= left - 1) {
          const unsigned output = lowest(left);
          if ((wanted >> output & 1) == 0 ||
              behind(channel, turn, channels_) < behind(asks[output], turn, channels_)) {
            wanted |= 1U << output;
            asks[output] = static_cast<std::uint8_t>(channel);
          }
        }
        continue;
      }
      const InputChannel& input = input_channels_[base + port * channels_ + channel];
      const OutputPort& output = outputs_[ports + input.output];
      if ((output.ready >> input.output_channel & 1) == 0 || output.link_free > now_) {
        continue;
      }
      if ((wanted >> input.output & 1) == 0 ||
          behind(channel, turn, channels_) < behind(asks[input.output], turn, channels_)) {
        wanted |= 1U << input.output;
        asks[input.output] = static_cast<std::uint8_t>(channel);
      }
    }
    if (wanted == 0) {
      continue;
    }
    const unsigned first = first_from(wanted, output_of_port_[ports + port]);
    channel_chosen[port] = asks[first];
    // A packet to a group asks for all outputs that it could pass to: the switch copies.
    std::uint32_t asked = 1U << first;
    if ((forked >> asks[first] & 1) != 0) {
      asked = ready_branches(node, port * channels_ + asks[first]);
    }
    for (; asked != 0; asked &= asked - 1) {
      const unsigned output = lowest(asked);
      const unsigned pointer = port_of_output_[ports + output];
      if ((requested >> output & 1) == 0 ||
          behind(port, pointer, ports_) < behind(winner[output], pointer, ports_)) {
        requested |= 1U << output;
        winner[output] = static_cast<std::uint8_t>(port);
      }
    }
  }
  for (; requested != 0; requested &= requested - 1) {
    const unsigned output = lowest(requested);
    const unsigned port = winner[output];
    output_of_port_[ports + port] = after(output, ports_);
    port_of_output_[ports + output] = after(port, ports_);
    turn_in_port_[ports + port] = after(channel_chosen[port], channels_);
    const unsigned number = port * channels_ + channel_chosen[port];
    if ((routers_[node].forked >> number & 1) != 0) {
      pass_branch(node, number, output);
    } else {
      pass(node, number);
    }
  }
}

void FlitNetwork::remove_front(std::uint32_t node, unsigned number) {
  const std::size_t index = std::size_t{node} * inputs_ + number;
  InputChannel& input = input_channels_[index];
  if (++input.front == shape_.buffer_depth) {
    input.front = 0;
  }
  if (--input.count == 0) {
    routers_[node].filled &= ~(Mask{1} << number);
  }
  const unsigned port = number / channels_;
  const unsigned channel = number % channels_;
  if (port == topology_.local()) {
    slot(now_ + timing_.source_credit).source_credits.push_back(node * channels_ + channel);
  } else {
    const std::uint32_t before = topology_.neighbour(node, port);
    slot(now_ + timing_.credit)
        .credits.push_back(before * inputs_ + Topology::opposite(port) * channels_ + channel);
  }
  // The credit takes the flit's place in moving_.
}

void FlitNetwork::put(std::uint32_t node, unsigned output, unsigned channel, Flit flit) {
  OutputPort& way = outputs_[std::size_t{node} * ports_ + output];
  ++way.flits;
  way.link_free = now_ + timing_.interval;
  const unsigned output_channel = output * channels_ + channel;
  if (--credits_[std::size_t{node} * inputs_ + output_channel] == 0) {
    way.ready &= ~(1U << channel);
  }
  ++moving_;
  if (output == topology_.local()) {
    slot(now_ + timing_.sink_credit).credits.push_back(node * inputs_ + output_channel);
    if ((flit & tail_bit) != 0) {
      slot(now_ + timing_.ejection).departures.push_back({node, flit >> 2});
      ++moving_;
    }
  } else {
    const std::uint32_t next = topology_.neighbour(node, output);
    slot(now_ + timing_.hop)
        .arrivals.push_back(
            {next * inputs_ + Topology::opposite(output) * channels_ + channel, flit});
  }
  if ((flit & tail_bit) != 0) {
    way.free |= 1U << channel;
  }
}

void FlitNetwork::pass(std::uint32_t node, unsigned number) {
  const std::size_t index = std::size_t{node} * inputs_ + number;
  InputChannel& input = input_channels_[index];
  const Flit flit = buffers_[index * shape_.buffer_depth + input.front];
  remove_front(node, number);
  put(node, input.output, input.output_channel, flit);
  if ((flit & tail_bit) != 0) {
    routers_[node].active &= ~(Mask{1} << number);
    if (input.count != 0) {
      show_front(node, number);
    }
  }
}

}  // namespace lacuna::noc
