// SPDX-License-Identifier: Apache-2.0
#include "engine/dma_engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/clock_edge.h"
#include "tlm/time.h"
#include "tlm/traffic_counters.h"
#include "tlm/watchdog.h"

namespace lacuna::engine {

void DmaTicket::advance(const BurstLimits& limits) {
  next_ = cutter_.next();
  while (!next_ && next_piece_ < transfer_.pieces.size()) {
    cutter_ = BurstCutter(transfer_.pieces[next_piece_++], limits);
    next_ = cutter_.next();
  }
}

DmaEngine::DmaEngine(const sc_core::sc_module_name& name, const DmaParams& params, Frequency clock,
                     unsigned channels, const tlm::Surroundings& surroundings)
    : sc_module(name),
      memory("memory"),
      params_(params),
      limits_{params.max_burst.value(), params.boundary.value()},
      period_(tlm::to_sc_time(clock.period())),
      watchdog_(surroundings.watchdog),
      channels_(channels),
      slots_(params.outstanding),
      issue_event_("issue_event"),
      sender_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return memory->nb_transport_fw(payload, phase, delay);
          },
          {[this](tlm::Payload&, const sc_core::sc_time& when) {
             next_issue_ = std::max(next_issue_, when);
             issue_event_.notify(sc_core::SC_ZERO_TIME);
           },
           [this](tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
             responded(payload, when, end_expected);
           }}),
      responses_("responses"),
      requester_(this->name()),
      bytes_read_(surroundings.statistics.add(requester_ + ".bytes_read", Measure::bytes,
                                              "loaded from memory")),
      bytes_written_(surroundings.statistics.add(requester_ + ".bytes_written", Measure::bytes,
                                                 "enabled bytes stored to memory")),
      bursts_(surroundings.statistics.add(requester_ + ".bursts", Measure::count, "transactions")),
      transfers_(
          surroundings.statistics.add(requester_ + ".transfers", Measure::count, "descriptors")),
      busy_cycles_(surroundings.statistics.add(requester_ + ".busy_cycles", Measure::cycles,
                                               "at least one burst in flight")),
      stall_cycles_(surroundings.statistics.add(
          requester_ + ".stall_cycles", Measure::cycles,
          "a burst waits for an accepted request or a free place among those in flight")) {
  SC_HAS_PROCESS(DmaEngine);
  memory.register_nb_transport_bw(this, &DmaEngine::nb_transport_bw);
  SC_METHOD(issue);
  sensitive << issue_event_;
  dont_initialize();
  SC_METHOD(collect);
  sensitive << responses_.get_event();
  dont_initialize();
}

DmaHandle DmaEngine::start(unsigned channel, DmaTransfer transfer) {
  auto ticket = std::make_shared<DmaTicket>();
  ticket->transfer_ = std::move(transfer);
  ticket->channel_ = channel;
  ticket->advance(limits_);
  ++transfers_;
  if (ticket->next_) {
    channels_[channel].queue.push_back(ticket);
    issue_event_.notify(sc_core::SC_ZERO_TIME);
  }
  return ticket;
}

const sc_core::sc_event& DmaEngine::completed(unsigned channel) const {
  return *channels_[channel].completed;
}

void DmaEngine::wait_for(const DmaHandle& handle) {
  while (!handle->done()) {
    wait(*channels_[handle->channel_].completed);
  }
  if (handle->failed()) {
    refuse(*handle);
  }
}

void DmaEngine::run(unsigned channel, DmaTransfer transfer) {
  wait_for(start(channel, std::move(transfer)));
}

std::string DmaEngine::waiting_for() const {
  const auto waits = std::find_if(slots_.begin(), slots_.end(),
                                  [](const Slot& slot) { return slot.payload != nullptr; });
  if (waits == slots_.end()) {
    return {};
  }
  const bool load = waits->ticket->transfer_.direction == DmaTransfer::Direction::load;
  return fmt::format("{} for {} {} bytes of {} at {:#x}{}, {} bursts in flight", name(),
                     load ? "reading" : "writing", waits->burst.bytes,
                     waits->ticket->transfer_.what, waits->burst.address,
                     waits->payload == sender_.blocked() ? " (request not accepted)" : "",
                     in_flight_);
}

bool DmaEngine::can_issue() const {
  return sender_.blocked() == nullptr && in_flight_ < params_.outstanding &&
         sc_core::sc_time_stamp() >= next_issue_;
}

DmaEngine::Channel* DmaEngine::next_channel() {
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    Channel& channel = channels_[(turn_ + i) % channels_.size()];
    if (!channel.queue.empty()) {
      turn_ = static_cast<unsigned>((turn_ + i + 1) % channels_.size());
      return &channel;
    }
  }
  return nullptr;
}

void DmaEngine::issue() {
  account();
  while (can_issue()) {
    Channel* channel = next_channel();
    if (channel == nullptr) {
      break;
    }
    issue_from(*channel);
  }
  const bool pending = std::any_of(channels_.begin(), channels_.end(),
                                   [](const Channel& channel) { return !channel.queue.empty(); });
  stalled_ = pending && (sender_.blocked() != nullptr || in_flight_ == params_.outstanding);
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  if (pending && !stalled_ && now < next_issue_) {
    issue_event_.notify(next_issue_ - now);
  }
}

void DmaEngine::issue_from(Channel& channel) {
  Slot& slot = *std::find_if(slots_.begin(), slots_.end(),
                             [](const Slot& candidate) { return candidate.payload == nullptr; });
  slot.ticket = channel.queue.front();
  slot.burst = *slot.ticket->next_;
  fill_payload(slot);
  slot.ticket->advance(limits_);
  if (!slot.ticket->next_) {
    channel.queue.pop_front();
  }
  ++slot.ticket->in_flight_;
  ++in_flight_;
  ++bursts_;
  next_issue_ = sc_core::sc_time_stamp() + params_.issue_interval * period_;
  sender_.send(*slot.payload);
}

void DmaEngine::fill_payload(Slot& slot) {
  const DmaTransfer& transfer = slot.ticket->transfer_;
  tlm::Payload& payload = pool_.take(slot.burst.bytes, &requester_);
  slot.payload = &payload;
  payload.set_address(slot.burst.address);
  if (transfer.direction == DmaTransfer::Direction::load) {
    payload.set_read();
    return;
  }
  payload.set_write();
  transfer.endpoint->get(slot.burst.local, tlm::data_of(payload));
  const DmaPiece& piece = slot.ticket->piece();
  if (!piece.enables.empty()) {
    const Span<std::uint8_t> enables = pool_.add_byte_enables(payload);
    std::copy_n(piece.enables.begin() + (slot.burst.address - piece.memory.address), enables.size(),
                enables.begin());
  }
}

::tlm::tlm_sync_enum DmaEngine::nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                sc_core::sc_time& delay) {
  return sender_.backward(payload, phase, delay);
}

void DmaEngine::responded(tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
  slot_of(payload).ends_response = end_expected;
  responses_.notify(payload, when - sc_core::sc_time_stamp());
}

void DmaEngine::collect() {
  account();
  while (tlm::Payload* payload = responses_.get_next_transaction()) {
    finish(slot_of(*payload));
  }
  issue_event_.notify(sc_core::SC_ZERO_TIME);
}

DmaEngine::Slot& DmaEngine::slot_of(const tlm::Payload& payload) {
  return *std::find_if(slots_.begin(), slots_.end(),
                       [&](const Slot& slot) { return slot.payload == &payload; });
}

void DmaEngine::finish(Slot& slot) {
  tlm::Payload& payload = *slot.payload;
  DmaTicket& ticket = *slot.ticket;
  if (slot.ends_response) {
    sender_.end_response(payload);
  }
  if (payload.is_response_error()) {
    if (!ticket.failure_) {
      ticket.failure_ = DmaTicket::Failure{slot.burst, payload.get_response_status()};
    }
  } else if (payload.is_read()) {
    ticket.transfer_.endpoint->put(slot.burst.local, {payload.get_data_ptr(), slot.burst.bytes});
    bytes_read_ += slot.burst.bytes;
  } else {
    bytes_written_ += tlm::enabled_bytes(payload);
  }
  watchdog_.progress();
  --in_flight_;
  --ticket.in_flight_;
  if (ticket.failure_ && ticket.next_) {  // its other bursts would only be refused as well
    ticket.next_.reset();
    channels_[ticket.channel_].queue.pop_front();
  }
  if (ticket.done()) {
    channels_[ticket.channel_].completed->notify(to_clock_edge(period_));
  }
  payload.release();
  slot = Slot();
}

/// Debug transport knows no byte enables: bytes between them are left alone by going round them.
bool DmaEngine::transport_debug(tlm::Payload& payload) {
  const unsigned char* enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) {
    return memory->transport_dbg(payload) == payload.get_data_length();
  }
  const unsigned length = payload.get_data_length();
  for (unsigned first = 0; first < length;) {
    unsigned run = 0;
    while (first + run < length && enables[first + run] == TLM_BYTE_ENABLED) {
      ++run;
    }
    if (run == 0) {
      ++first;
      continue;
    }
    tlm::Payload part;
    part.set_write();
    part.set_address(payload.get_address() + first);
    part.set_data_ptr(payload.get_data_ptr() + first);
    part.set_data_length(run);
    if (memory->transport_dbg(part) != run) {
      return false;
    }
    first += run;
  }
  return true;
}

void DmaEngine::run_debug(DmaTransfer transfer) {
  DmaTicket ticket;
  ticket.transfer_ = std::move(transfer);
  for (ticket.advance(limits_); ticket.next_; ticket.advance(limits_)) {
    Slot slot;
    slot.ticket = DmaHandle(DmaHandle(), &ticket);
    slot.burst = *ticket.next_;
    fill_payload(slot);
    tlm::Payload& payload = *slot.payload;
    if (!transport_debug(payload)) {
      ticket.failure_ = DmaTicket::Failure{slot.burst, ::tlm::TLM_ADDRESS_ERROR_RESPONSE};
    } else if (payload.is_read()) {
      ticket.transfer_.endpoint->put(slot.burst.local, tlm::data_of(payload));
    }
    payload.release();
    if (ticket.failure_) {
      refuse(ticket);
    }
  }
}

void DmaEngine::refuse(const DmaTicket& ticket) const {
  const DmaTicket::Failure& failure = *ticket.failure_;
  const bool load = ticket.transfer_.direction == DmaTransfer::Direction::load;
  const bool unmapped = failure.status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  tlm::Payload text;
  text.set_response_status(failure.status);
  const std::string message = fmt::format(
      "{}: {} {} bytes of {}: {} address {:#x}", requester_, load ? "reading" : "writing",
      failure.burst.bytes, ticket.transfer_.what,
      unmapped ? "unmapped" : text.get_response_string() + " at", failure.burst.address);
  throw MemoryRefusal(model_error(message));
}

void DmaEngine::account() {
  const sc_core::sc_time elapsed = sc_core::sc_time_stamp() - accounted_until_;
  if (elapsed == sc_core::SC_ZERO_TIME) {
    return;
  }
  accounted_until_ = sc_core::sc_time_stamp();
  if (in_flight_ > 0) {
    busy_time_ += elapsed;
  }
  if (stalled_) {
    stall_time_ += elapsed;
  }
  busy_cycles_ += busy_time_.value() / period_.value() - busy_cycles_.value();
  stall_cycles_ += stall_time_.value() / period_.value() - stall_cycles_.value();
}

}  // namespace lacuna::engine
