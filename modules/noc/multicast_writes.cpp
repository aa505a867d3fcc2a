// SPDX-License-Identifier: Apache-2.0
//
// Writes into multicast windows: who is to take them, a payload of its own for each, and one answer from all.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "noc/mapped_interconnect.h"

namespace lacuna::noc {

namespace {

/// The whole fares as badly as the first of its copies that fails.
void merge_status(tlm::Payload& whole, const tlm::Payload& copy) {
  if (whole.get_response_status() >= ::tlm::TLM_INCOMPLETE_RESPONSE) {
    whole.set_response_status(copy.get_response_status());
  }
}

}  // namespace

void MappedInterconnect::add_multicast_window(const tlm::Region& region) {
  map_.add(region);
  windows_.push_back(port_of_region_.size());
  port_of_region_.push_back(nobody);
}

void validate_windows(Validation& check, const MulticastWindows& windows) {
  for (const auto& [name, window] : windows) {
    check.require(!window.targets.empty(), "multicast." + name + ".targets", "an empty list");
  }
}

void MappedInterconnect::add_multicast_windows(const MulticastWindows& windows) {
  for (const auto& [window, params] : windows) {
    add_multicast_window({params.base.value(),
                          params.size.value(),
                          fmt::format("{}.multicast.{}", name(), window),
                          {}});
    named_windows_.push_back({window, {}});
  }
}

void MappedInterconnect::find_window_targets(const MulticastWindows& windows) {
  for (NamedWindow& window : named_windows_) {
    std::set<std::size_t> found;
    for (const std::string& wanted : windows.at(window.name).targets) {
      bool known = false;
      for (std::size_t port = 0; port < targets(); ++port) {
        const std::string& target = target_name(port);
        if (target == wanted || target.substr(0, target.find('.')) == wanted) {
          found.insert(port);
          known = true;
        }
      }
      if (!known) {
        throw parameter_error({"multicast", window.name, "targets"},
                              fmt::format("'{}' is not mapped behind '{}'{}", wanted, name(),
                                          suggestion(wanted, target_names())));
      }
    }
    window.targets.assign(found.begin(), found.end());
  }
}

MappedInterconnect::MulticastWay MappedInterconnect::multicast_way(std::size_t window,
                                                                   std::uint64_t offset) const {
  return {named_windows_[window].targets, offset, {}};
}

std::uint64_t MappedInterconnect::base_of_target(std::size_t port) const {
  const auto region = std::find(port_of_region_.begin(), port_of_region_.end(), port);
  return map_[static_cast<std::size_t>(region - port_of_region_.begin())].base;
}

MappedInterconnect::MulticastWay MappedInterconnect::admitted_way(std::size_t region,
                                                                  tlm::Payload& payload) {
  const auto refused = [&](::tlm::tlm_response_status status, const std::string& why) {
    refuse(payload, status, why);
    return MulticastWay{};
  };
  if (!payload.is_write()) {
    return refused(::tlm::TLM_COMMAND_ERROR_RESPONSE, "a multicast window can only be written");
  }
  const std::uint64_t bytes = payload.get_data_length();
  if (bytes > tlm::max_burst_bytes) {
    return refused(::tlm::TLM_BURST_ERROR_RESPONSE,
                   fmt::format("a multicast write of more than {} bytes", tlm::max_burst_bytes));
  }
  const auto window = std::find(windows_.begin(), windows_.end(), region);
  MulticastWay way = multicast_way(static_cast<std::size_t>(window - windows_.begin()),
                                   payload.get_address() - map_[region].base);
  if (!way.refusal.empty()) {
    return refused(::tlm::TLM_ADDRESS_ERROR_RESPONSE, way.refusal);
  }
  for (const std::size_t port : way.targets) {
    const tlm::Region& held = map_[map_.find(base_of_target(port))];
    if (bytes > held.size || way.offset > held.size - bytes) {
      return refused(::tlm::TLM_ADDRESS_ERROR_RESPONSE,
                     fmt::format("a multicast write over the end of {}", held.text()));
    }
  }
  return way;
}

tlm::Payload& MappedInterconnect::copy_of(const tlm::Payload& payload) {
  tlm::Payload& copy = copies_.take(payload.get_data_length());
  if (const tlm::PayloadInfo* info = tlm::info_of(payload)) {
    tlm::info_of(copy)->copy_from(*info);
  }
  copy.set_command(::tlm::TLM_WRITE_COMMAND);
  std::copy_n(payload.get_data_ptr(), payload.get_data_length(), copy.get_data_ptr());
  copy.set_streaming_width(payload.get_streaming_width());
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() != 0) {
    const Span<std::uint8_t> enables = copies_.add_byte_enables(copy);
    for (std::size_t i = 0; i < enables.size(); ++i) {
      enables[i] = payload.get_byte_enable_ptr()[i % payload.get_byte_enable_length()];
    }
  }
  return copy;
}

void MappedInterconnect::begin_multicast(Flight& flight, std::size_t region) {
  const MulticastWay way = admitted_way(region, *flight.payload);
  for (const std::size_t port : way.targets) {
    tlm::Payload& payload = copy_of(*flight.payload);
    payload.set_address(base_of_target(port) + way.offset);
    Flight& copy = add_flight(payload, flight.source);
    copy.target = port;
    copy.whole = &flight;
    copy.parts = 1;  // not at its target
    flight.copies.push_back(&copy);
  }
}

bool MappedInterconnect::take_in(Flight& copy) {
  Flight& whole = *copy.whole;
  traffic_[copy.target].add(*copy.payload);
  merge_status(*whole.payload, *copy.payload);
  whole.copies.erase(std::find(whole.copies.begin(), whole.copies.end(), &copy));
  remove_flight(copy);
  return whole.copies.empty();
}

void MappedInterconnect::multicast_blocking(std::size_t region, tlm::Payload& payload,
                                            sc_core::sc_time& delay) {
  const MulticastWay way = admitted_way(region, payload);
  sc_core::sc_time longest = delay;
  for (const std::size_t port : way.targets) {
    tlm::Payload& copy = copy_of(payload);
    copy.set_address(way.offset);
    sc_core::sc_time own = delay;
    initiator[static_cast<int>(port)]->b_transport(copy, own);
    longest = std::max(longest, own);
    traffic_[port].add(copy);
    merge_status(payload, copy);
    copy.release();
  }
  delay = longest;
}

unsigned MappedInterconnect::multicast_debug(std::size_t region, tlm::Payload& payload) {
  if (!payload.is_write()) {
    return 0;
  }
  const MulticastWay way = admitted_way(region, payload);
  unsigned done = way.targets.empty() ? 0 : payload.get_data_length();
  for (const std::size_t port : way.targets) {
    tlm::Payload& copy = copy_of(payload);
    copy.set_address(way.offset);
    done = std::min(done, initiator[static_cast<int>(port)]->transport_dbg(copy));
    copy.release();
  }
  return done;
}

}  // namespace lacuna::noc
