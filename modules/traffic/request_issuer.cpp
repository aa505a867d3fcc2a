// SPDX-License-Identifier: Apache-2.0
#include "traffic/request_issuer.h"

#include <algorithm>

#include <fmt/format.h>

#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::traffic {

RequestIssuer::RequestIssuer(const sc_core::sc_module_name& name, const IssueRules& rules,
                             std::unique_ptr<RequestSource> source,
                             const tlm::Surroundings& surroundings)
    : Component(name),
      memory("memory"),
      rules_(rules),
      source_(std::move(source)),
      watchdog_(surroundings.watchdog),
      requester_(this->name()),
      sender_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return memory->nb_transport_fw(payload, phase, delay);
          },
          {[this](tlm::Payload&, const sc_core::sc_time& when) { accepted(when); },
           [this](tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
             responded(payload, when, end_expected);
           }}),
      traffic_(surroundings.statistics, requester_) {
  offer_initiator("memory", memory);
  memory.register_nb_transport_bw(this, &RequestIssuer::nb_transport_bw);
  SC_HAS_PROCESS(RequestIssuer);
  SC_METHOD(offer);
  sensitive << wake_;
  SC_METHOD(send_owed_ends);
  sensitive << end_owed_;
  dont_initialize();
  SC_METHOD(finish);
  sensitive << all_done_;
  dont_initialize();
}

void RequestIssuer::bound(const std::string&, const Component& target,
                          const std::string& target_port) {
  const Time period = target.command_period(target_port);
  if (rules_.follows_memory && period > Time(0)) {
    rules_.period = period;
  }
}

void RequestIssuer::start_of_simulation() {
  source_->set_period(rules_.period);
  watchdog_.begin_work();
}

void RequestIssuer::offer() {
  while (sender_.waiting() == 0 && fetch()) {
    const Time now = tlm::now();
    Time when = std::max(Time(next_.clock * rules_.period.value()), next_edge_);
    if (!next_.write) {
      Time allowed = now;
      waits_for_read_ = !read_allowed_from(now, allowed);
      if (waits_for_read_) {
        return;
      }
      when = std::max(when, edge_at_or_after(allowed));
    }
    if (when > now) {
      wake_.notify(tlm::to_sc_time(when - now));
      return;
    }
    send();
  }
}

bool RequestIssuer::fetch() {
  if (has_next_ || exhausted_) {
    return has_next_;
  }
  try {
    has_next_ = source_->next(next_);
  } catch (const Error& error) {
    fail(error);
  }
  exhausted_ = !has_next_;
  finish_if_done();
  return has_next_;
}

bool RequestIssuer::read_allowed_from(Time now, Time& when) {
  while (!read_ends_.empty() && read_ends_.front() <= now) {
    read_ends_.pop_front();
  }
  const std::size_t in_flight = unanswered_reads_ + read_ends_.size();
  if (in_flight < rules_.outstanding) {
    return true;
  }
  if (unanswered_reads_ >= rules_.outstanding) {
    return false;
  }
  when = read_ends_[in_flight - rules_.outstanding];
  return true;
}

void RequestIssuer::send() {
  const Time now = tlm::now();
  if (first_offer_.value() < 0) {
    first_offer_ = now;
  }
  lag_.add(now - Time(next_.clock * rules_.period.value()));
  tlm::Payload& payload = pool_.take(next_.bytes, &requester_);
  payload.set_address(next_.address);
  payload.set_command(next_.write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
  if (next_.write) {
    std::fill_n(payload.get_data_ptr(), next_.bytes, std::uint8_t{0});
  }
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot] = {now, next_.line, next_.address_column};
  tlm::PayloadInfo& info = *tlm::info_of(payload);
  info.tag = slot;
  info.priority = rules_.priority;
  unanswered_reads_ += next_.write ? 0 : 1;
  has_next_ = false;
  sender_.send(payload);
}

void RequestIssuer::accepted(const sc_core::sc_time& when) {
  next_edge_ = edge_at_or_after(tlm::to_time(when) + Time(1));
}

void RequestIssuer::responded(tlm::Payload& payload, const sc_core::sc_time& when,
                              bool end_expected) {
  const Time end = tlm::to_time(when);
  const auto number = static_cast<std::uint32_t>(tlm::info_of(payload)->tag);
  count(payload, slots_[number], end);
  free_slots_.push_back(number);
  if (payload.is_read()) {
    --unanswered_reads_;
    if (end > tlm::now()) {
      read_ends_.insert_in_order(end, std::less<>());
    }
  }
  watchdog_.progress();
  if (end_expected && !in_backward_) {
    owed_ends_.push_back({&payload, end});
    end_owed_.notify(tlm::to_sc_time(owed_ends_.front().when - tlm::now()));
  } else {
    payload.release();
  }
  finish_if_done();
}

void RequestIssuer::count(const tlm::Payload& payload, const Slot& slot, Time when) {
  traffic_.add(payload);
  last_end_ = std::max(last_end_, when);
  ++finished_;
  if (payload.is_response_error()) {
    refused(payload, slot);
    return;
  }
  bytes_ += payload.get_data_length();
  (payload.is_read() ? read_latency_ : write_latency_).add(when - slot.offered);
}

void RequestIssuer::refused(const tlm::Payload& payload, const Slot& slot) {
  const std::string what = fmt::format(
      "{} {} bytes at {:#x} was refused ({})", payload.is_read() ? "reading" : "writing",
      payload.get_data_length(), payload.get_address(), tlm::refusal_of(payload));
  fail(input_error(source_->place_of(slot.line, slot.address_column), requester_, what));
}

void RequestIssuer::fail(const Error& error) {
  exhausted_ = true;
  has_next_ = false;
  watchdog_.fail(error);
}

::tlm::tlm_sync_enum RequestIssuer::nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  const bool response = phase == ::tlm::BEGIN_RESP;
  in_backward_ = true;
  sender_.backward(payload, phase, delay);
  in_backward_ = false;
  if (!response || waits_for_read_) {
    offer();
  }
  // The response ends at the time at which it begins.
  return response ? ::tlm::TLM_COMPLETED : ::tlm::TLM_ACCEPTED;
}

void RequestIssuer::send_owed_ends() {
  const Time now = tlm::now();
  while (!owed_ends_.empty() && owed_ends_.front().when <= now) {
    tlm::Payload& payload = *owed_ends_.front().payload;
    owed_ends_.pop_front();
    sender_.end_response(payload);
    payload.release();
  }
  if (!owed_ends_.empty()) {
    end_owed_.notify(tlm::to_sc_time(owed_ends_.front().when - now));
  }
}

void RequestIssuer::finish_if_done() {
  if (exhausted_ && free_slots_.size() == slots_.size()) {
    // The last response may lie ahead; the simulation is not over before.
    all_done_.notify(tlm::to_sc_time(std::max(last_end_, tlm::now()) - tlm::now()));
  }
}

void RequestIssuer::finish() {
  watchdog_.end_work();
}

Time RequestIssuer::edge_at_or_after(Time time) const {
  const std::int64_t period = rules_.period.value();
  return Time((time.value() + period - 1) / period * period);
}

std::string RequestIssuer::waiting_for() const {
  if (const tlm::Payload* payload = sender_.blocked()) {
    return fmt::format("its memory to take the request for address {:#x}", payload->get_address());
  }
  const std::size_t in_flight = slots_.size() - free_slots_.size();
  return in_flight == 0 ? "" : fmt::format("{} responses", in_flight);
}

void RequestIssuer::summarise(Summary& summary) const {
  summary.add("requests", finished_);
  summary.add("reads", traffic_.reads());
  summary.add("writes", traffic_.writes());
  summary.add("bytes", bytes_);
  const double nanoseconds =
      first_offer_.value() < 0 ? 0 : static_cast<double>(duration().value()) * 1e-3;
  summary.add("duration_ns", nanoseconds);
  summary.add("bandwidth_gbps", nanoseconds > 0 ? static_cast<double>(bytes_) / nanoseconds : 0.0);
  read_latency_.summarise(summary, "read_latency_ns");
  write_latency_.summarise(summary, "write_latency_ns");
  lag_.summarise(summary, "lag_ns");
}

std::vector<tlm::PortDocumentation> RequestIssuer::ports() {
  return {{"memory", "initiator", "where requests go: a memory, or an interconnect before it"}};
}

std::vector<tlm::CounterDocumentation> RequestIssuer::counters() {
  return {{"reads", Measure::count, "reads answered"},
          {"writes", Measure::count, "writes answered"},
          {"read_bytes", Measure::bytes, "bytes read"},
          {"write_bytes", Measure::bytes, "bytes written"},
          {"errors", Measure::count, "requests that the memory refused"}};
}

}  // namespace lacuna::traffic
