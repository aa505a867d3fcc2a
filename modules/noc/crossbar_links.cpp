// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "noc/crossbar.h"

namespace lacuna::noc {

void Crossbar::request(Flight& flight, const sc_core::sc_time& when) {
  const Cycle seen = seen_after(when);
  if (flight.target == nobody) {
    schedule(seen, Step::end_request, flight.source, &flight);
    response(flight, when);
    return;
  }
  Link& link = request_links_[flight.target];
  link.claims.push_back(request_claim(flight, when));
  schedule_arbitration(link, seen, Step::arbitrate_requests, flight.target);
}

void Crossbar::accepted(Flight& flight, const sc_core::sc_time& when) {
  free_slot(request_links_[flight.target], seen_after(when), Step::arbitrate_requests,
            flight.target);
}

void Crossbar::response(Flight& flight, const sc_core::sc_time& when) {
  Link& link = response_links_[flight.source];
  link.claims.push_back(response_claim(flight, when));
  schedule_arbitration(link, link.claims.back().seen, Step::arbitrate_responses, flight.source);
}

bool Crossbar::take_winner(Link& link, Step step, std::size_t port, Claim& winner) {
  const auto first = first_of(link.claims);
  if (first->seen > now()) {
    schedule_arbitration(link, first->seen, step, port);
    return false;
  }
  winner = *first;
  link.claims.erase(first);
  if (!ideal_) {
    wait_cycles_ += static_cast<std::uint64_t>(now() - winner.seen);
  }
  return true;
}

void Crossbar::count_transfer(const tlm::Payload& payload, bool carries_data) {
  if (energy_ != nullptr && carries_data) {
    energy_->count += 8 * std::uint64_t{payload.get_data_length()};
  }
}

void Crossbar::free_slot(Link& link, Cycle cycle, Step step, std::size_t port) {
  link.releases.push_back(cycle);
  if (!link.claims.empty()) {
    schedule_arbitration(link, cycle, step, port);
  }
}

bool Crossbar::has_room(Link& link, Step step, std::size_t port) {
  const auto pending = std::remove_if(link.releases.begin(), link.releases.end(),
                                      [this](Cycle release) { return release <= now(); });
  link.under_way -= static_cast<std::uint32_t>(link.releases.end() - pending);
  link.releases.erase(pending, link.releases.end());
  if (link.under_way < params_.queue_depth) {
    return true;
  }
  if (!link.releases.empty()) {
    schedule_arbitration(link, *std::min_element(link.releases.begin(), link.releases.end()), step,
                         port);
  }
  return false;
}

void Crossbar::arbitrate_requests(std::size_t port) {
  Link& link = request_links_[port];
  if (link.claims.empty() || !has_room(link, Step::arbitrate_requests, port)) {
    return;
  }
  if (link.free_at > now()) {
    schedule_arbitration(link, link.free_at, Step::arbitrate_requests, port);
    return;
  }
  Claim claim;
  if (!take_winner(link, Step::arbitrate_requests, port, claim)) {
    return;
  }
  const tlm::Payload& payload = *claim.flight->payload;
  const Cycle count = beats(payload, payload.is_write());
  link.free_at = now() + count;
  ++link.under_way;
  counters_[port].request_beats += static_cast<std::uint64_t>(count);
  count_transfer(payload, payload.is_write());

  // The initiator hears in the last beat's cycle, so that its next request can follow without a gap.
  const Cycle last = std::max(now(), link.free_at - 1);
  schedule(last, Step::end_request, claim.flight->source, claim.flight);
  schedule(ideal_ ? last : last + params_.latency - 1, Step::deliver_request, port, claim.flight);
  if (!link.claims.empty()) {
    schedule_arbitration(link, link.free_at, Step::arbitrate_requests, port);
  }
}

void Crossbar::arbitrate_responses(std::size_t port) {
  Link& link = response_links_[port];
  if (link.claims.empty() || !has_room(link, Step::arbitrate_responses, port)) {
    return;
  }
  if (link.free_at > now()) {
    schedule_arbitration(link, link.free_at, Step::arbitrate_responses, port);
    return;
  }
  Claim claim;
  if (!take_winner(link, Step::arbitrate_responses, port, claim)) {
    return;
  }
  Flight& flight = *claim.flight;
  const tlm::Payload& payload = *flight.payload;
  const bool data = payload.is_read() && payload.is_response_ok();
  const Cycle count = beats(payload, data);
  // Beats may have passed while the target produced them, where both links were free; the last one passes now at the earliest.
  Cycle start = std::max(link.free_at, claim.first_beat);
  if (flight.target != nobody) {
    start = std::max(start, target_response_free_[flight.target]);
  }
  link.free_at = std::max(now() + edge(), start + count);
  ++link.under_way;
  const Cycle last = std::max(now(), link.free_at - 1);
  if (flight.target != nobody) {
    target_response_free_[flight.target] = link.free_at;
    counters_[flight.target].response_beats += static_cast<std::uint64_t>(count);
    count_transfer(payload, data);
    if (flight.end_expected) {
      schedule(last, Step::end_response, flight.target, &flight);
    }
  }
  schedule(ideal_ ? last : last + params_.latency - 1, Step::deliver_response, port, &flight);
  if (!link.claims.empty()) {
    schedule_arbitration(link, link.free_at, Step::arbitrate_responses, port);
  }
}

void Crossbar::finished(Flight& flight, const sc_core::sc_time& when) {
  free_slot(response_links_[flight.source], seen_after(when), Step::arbitrate_responses,
            flight.source);
}

void Crossbar::schedule(Cycle cycle, Step step, std::size_t port, Flight* flight) {
  actions_.push({cycle, Action::rank_of(step, port, scheduled_++), flight});
  wake_at(cycle);
}

void Crossbar::schedule_arbitration(Link& link, Cycle cycle, Step step, std::size_t port) {
  if (link.arbitration < 0 || cycle < link.arbitration) {
    link.arbitration = cycle;
    schedule(cycle, step, port);
  }
}

void Crossbar::work() {
  while (!actions_.empty() && actions_.top().cycle <= now()) {
    const Action action = actions_.top();
    actions_.pop();
    perform(action);
  }
}

void Crossbar::plan() {
  if (!actions_.empty()) {
    wake_at(actions_.top().cycle);
  }
}

void Crossbar::perform(const Action& action) {
  switch (action.step()) {
    case Step::end_request:
      end_request(*action.flight);
      break;
    case Step::end_response:
      end_response(*action.flight);
      break;
    case Step::deliver_request:
      deliver_request(*action.flight);
      break;
    case Step::deliver_response:
      deliver_response(*action.flight);
      break;
    case Step::arbitrate_requests:
      request_links_[action.port()].arbitration = -1;
      arbitrate_requests(action.port());
      break;
    case Step::arbitrate_responses:
      response_links_[action.port()].arbitration = -1;
      arbitrate_responses(action.port());
      break;
  }
}

}  // namespace lacuna::noc
