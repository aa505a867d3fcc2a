// SPDX-License-Identifier: Apache-2.0
//
// What happens on the X/Y bus, and when.
#include <algorithm>

#include "noc/xy_multicast_bus.h"

namespace lacuna::noc {

void XyMulticastBus::request(Flight& flight, const sc_core::sc_time& when) {
  const Cycle seen = seen_after(when);
  if (flight.target == nobody && flight.copies.empty()) {
    schedule(seen, Step::end_request, flight);
    schedule(seen, Step::deliver_response, flight);
    return;
  }
  request_claims_.push_back(request_claim(flight, when));
  flight.parts = 1;
  wake_at(seen);
}

void XyMulticastBus::accepted(Flight& flight, const sc_core::sc_time& when) {
  const Cycle cycle = seen_after(when);
  releases_.push_back({cycle, flight.target});
  if (head_) {
    wake_at(cycle);
  }
}

void XyMulticastBus::response(Flight& flight, const sc_core::sc_time& when) {
  const Cycle seen = seen_after(when);
  flight.parts = 1;
  if (flight.whole != nullptr) {
    schedule(seen, Step::end_response, flight);
    return;
  }
  response_claims_.push_back(response_claim(flight, when));
  wake_at(seen);
}

void XyMulticastBus::finished(Flight&, const sc_core::sc_time&) {}

bool XyMulticastBus::at_target(const Flight& flight) const {
  return flight.parts == 0;
}

void XyMulticastBus::work() {
  const auto due = std::stable_partition(releases_.begin(), releases_.end(),
                                         [this](const Release& r) { return r.cycle > now(); });
  std::for_each(due, releases_.end(), [this](const Release& r) { --under_way_[r.target]; });
  releases_.erase(due, releases_.end());
  while (!actions_.empty() && actions_.top().cycle <= now()) {
    const Action action = actions_.top();
    actions_.pop();
    perform(action);
  }
  serve_requests();
  serve_responses();
}

void XyMulticastBus::perform(const Action& action) {
  Flight& flight = *action.flight;
  switch (action.step) {
    case Step::end_request:
      end_request(flight);
      break;
    case Step::deliver_request:
      flight.parts = 0;
      deliver_request(flight);
      break;
    case Step::deliver_response:
      deliver_response(flight);
      break;
    case Step::end_response:
      if (flight.end_expected) {
        end_response(flight);
      }
      if (flight.whole != nullptr) {
        Flight& whole = *flight.whole;
        if (take_in(flight)) {
          response_claims_.push_back({&whole, now(), now()});
        }
      }
      break;
  }
}

bool XyMulticastBus::take_first(std::vector<Claim>& claims, Claim& first) const {
  const auto found = first_of(claims);
  if (found == claims.end() || found->seen > now()) {
    return false;
  }
  first = *found;
  claims.erase(found);
  return true;
}

std::size_t XyMulticastBus::not_ready(const Flight& flight) const {
  const auto full = [this](std::size_t port) { return under_way_[port] >= params_.queue_depth; };
  if (flight.copies.empty()) {
    return full(flight.target) ? flight.target : nobody;
  }
  for (const Flight* copy : flight.copies) {
    if (full(copy->target)) {
      return copy->target;
    }
  }
  return nobody;
}

void XyMulticastBus::serve_requests() {
  if (request_free_ > now()) {
    return;
  }
  Claim claim;
  if (!head_) {
    if (!take_first(request_claims_, claim)) {
      return;
    }
    wait_cycles_ += static_cast<std::uint64_t>(now() - claim.seen);
    head_ = claim;
    blocking_ = nobody;
    blocked_since_ = now();
  }
  if (blocking_ != nobody) {
    const auto stalled = static_cast<std::uint64_t>(now() - blocked_since_);
    stall_cycles_ += stalled;
    targets_counters_[blocking_].stall_cycles += stalled;
    blocked_since_ = now();
  }
  blocking_ = not_ready(*head_->flight);
  if (blocking_ != nobody) {
    return;
  }
  claim = *head_;
  head_.reset();
  start_request(claim);
}

void XyMulticastBus::start_request(const Claim& claim) {
  Flight& flight = *claim.flight;
  const Cycle count = beats(*flight.payload, flight.payload->is_write());
  request_free_ = now() + count;
  const Cycle last = request_free_ - 1;
  schedule(last, Step::end_request, flight);
  if (flight.copies.empty()) {
    ++under_way_[flight.target];
    schedule(last + latency_, Step::deliver_request, flight);
  }
  for (Flight* copy : flight.copies) {
    ++under_way_[copy->target];
    schedule(last + latency_, Step::deliver_request, *copy);
  }
  count_request(flight, count);
}

void XyMulticastBus::count_request(const Flight& flight, Cycle beats) {
  const auto cycles = static_cast<std::uint64_t>(beats);
  std::vector<bool> rows(params_.rows);
  const auto deliver = [&](std::size_t port) {
    targets_counters_[port].request_beats += cycles;
    ++targets_counters_[port].deliveries;
    ++deliveries_;
    rows[row_of(port)] = true;
  };
  std::uint64_t receivers = flight.copies.size();
  if (receivers == 0) {
    deliver(flight.target);
    receivers = 1;
  } else {
    ++multicasts_;
    for (const Flight* copy : flight.copies) {
      deliver(copy->target);
    }
    // A controller opens its row whether or not somebody there takes the word.
    const std::uint32_t tag = row_ids_[row_of(flight.copies.front()->target)];
    for (std::uint32_t row = 0; row < params_.rows; ++row) {
      rows[row] = row_ids_[row] == tag;
    }
  }
  request_beats_ += cycles;
  std::uint64_t open = 0;
  for (std::uint32_t row = 0; row < params_.rows; ++row) {
    if (rows[row]) {
      row_counters_[row].request_beats += cycles;
      ++open;
    }
  }
  const std::uint64_t bits =
      flight.payload->is_write() ? 8 * std::uint64_t{flight.payload->get_data_length()} : 0;
  const auto add = [](EnergyEvent* event, std::uint64_t events) {
    if (event != nullptr) {
      event->count += events;
    }
  };
  add(y_bus_energy_, bits * params_.rows);
  add(x_bus_energy_, bits * params_.columns * open);
  add(check_energy_, cycles * (params_.rows + open * params_.columns));
  add(delivery_energy_, bits * receivers);
}

void XyMulticastBus::serve_responses() {
  Claim claim;
  if (response_free_ > now() || !take_first(response_claims_, claim)) {
    return;
  }
  wait_cycles_ += static_cast<std::uint64_t>(now() - claim.seen);
  Flight& flight = *claim.flight;
  const tlm::Payload& payload = *flight.payload;
  const bool data = payload.is_read() && payload.is_response_ok();
  const Cycle count = beats(payload, data);
  // Beats may have passed while the target produced them, where the bus was free; the last one passes now at the earliest.
  const Cycle start = std::max(response_free_, claim.first_beat);
  response_free_ = std::max(now() + 1, start + count);
  const Cycle last = response_free_ - 1;
  const auto cycles = static_cast<std::uint64_t>(count);
  response_beats_ += cycles;
  if (flight.target != nobody) {
    targets_counters_[flight.target].response_beats += cycles;
    row_counters_[row_of(flight.target)].response_beats += cycles;
    if (data) {
      const std::uint64_t bits = 8 * std::uint64_t{payload.get_data_length()};
      if (y_bus_energy_ != nullptr) {
        y_bus_energy_->count += bits * params_.rows;
        x_bus_energy_->count += bits * params_.columns;
      }
    }
    if (flight.end_expected) {
      schedule(last, Step::end_response, flight);
    }
  }
  schedule(last + latency_, Step::deliver_response, flight);
}

void XyMulticastBus::schedule(Cycle cycle, Step step, Flight& flight) {
  actions_.push({cycle, step, scheduled_++, &flight});
  wake_at(cycle);
}

void XyMulticastBus::plan() {
  if (!actions_.empty()) {
    wake_at(actions_.top().cycle);
  }
  // A bus looks at its claims when it is free and one is seen.
  const auto look = [this](const std::vector<Claim>& claims, Cycle free) {
    for (const Claim& claim : claims) {
      wake_at(std::max({claim.seen, free, now() + 1}));
    }
  };
  if (head_) {
    for (const Release& release : releases_) {
      wake_at(release.cycle);
    }
  } else {
    look(request_claims_, request_free_);
  }
  look(response_claims_, response_free_);
}

}  // namespace lacuna::noc
