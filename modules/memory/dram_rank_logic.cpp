// SPDX-License-Identifier: Apache-2.0
// Instructions to logic within ranks: from accesses to the window of the channel port, over the channel, to whom it
// concerns, each at its time.
#include <fmt/format.h>

#include "memory/dram.h"
#include "tlm/time.h"

namespace lacuna::memory {

void Dram::RankSlot::attach(RankLogic& attached) {
  if (logic != nullptr) {
    throw input_error({}, "two modules beside the devices of one rank: expected one");
  }
  logic = &attached;
}

void Dram::RankSlot::own(bool by_logic) {
  if (owned == by_logic) {
    return;
  }
  owned = by_logic;
  dram->owned_ranks_ += by_logic ? 1 : -1;
  const Time now = tlm::now();
  dram->sync(now);
  dram->controller_->channel(number / dram->params_.ranks)
      .close_rows(number % dram->params_.ranks, now.value() / dram->clock_ps_ + 1);
  dram->plan_sync();
}

bool Dram::meets_owned(const tlm::Payload& payload) const {
  DramTransfer transfer;
  transfer.address = payload.get_address();
  transfer.bytes = payload.get_data_length();
  return controller_->meets(transfer, [this](std::uint32_t channel, std::uint32_t rank) {
    return rank_logic_[channel * params_.ranks + rank].owned;
  });
}

void Dram::offer_rank_instructions() {
  if (!params_.instruction_window || controller_ == nullptr) {
    return;
  }
  const std::uint64_t base = params_.instruction_window->value();
  if (device_.standard != "DDR3" && device_.standard != "DDR4") {
    throw input_error(
        {}, name() + std::string(".instruction_window"),
        fmt::format("{} has no encodings of PRECHARGE left for instructions: expected "
                    "a device of DDR3 or DDR4",
                    device_.standard));
  }
  if (base < storage_.capacity() || base % (1U << DramInstructionWindow::target_shift) != 0) {
    throw input_error(
        {}, name() + std::string(".instruction_window"),
        fmt::format("{:#x} lies within the memory or is no multiple of 1 MiB: expected "
                    "{:#x} or higher",
                    base, storage_.capacity()));
  }
  window_.emplace(base, params_.channels, params_.ranks, device_.organisation);
  rank_logic_ = std::vector<RankSlot>(std::size_t{params_.channels} * params_.ranks);
  instructed_until_.resize(rank_logic_.size());
  for (std::size_t i = 0; i < rank_logic_.size(); ++i) {
    rank_logic_[i].dram = this;
    rank_logic_[i].number = static_cast<std::uint32_t>(i);
    offer_interface<RankInstructions>(fmt::format("rank_instructions{}", i), rank_logic_[i]);
  }
}

template <class Visit>
void Dram::for_slots_of(const DramInstruction& instruction, Visit visit) {
  const bool all = instruction.rank == every_rank;
  for (std::uint32_t rank = 0; rank < params_.ranks; ++rank) {
    const std::size_t slot = std::size_t{instruction.channel} * params_.ranks + rank;
    if ((all || rank == instruction.rank) && rank_logic_[slot].logic != nullptr) {
      visit(slot);
    }
  }
}

::tlm::tlm_response_status Dram::check_instruction(tlm::Payload& payload) const {
  DramInstruction instruction;
  std::string problem = window_->decode(payload.get_address(), payload.get_data_length(),
                                        payload.is_write(), instruction);
  if (problem.empty()) {
    bool heard = false;
    for (std::uint32_t rank = 0; rank < params_.ranks; ++rank) {
      const bool meant = instruction.rank == every_rank || instruction.rank == rank;
      heard = heard ||
              (meant && rank_logic_[instruction.channel * params_.ranks + rank].logic != nullptr);
    }
    problem = heard ? "" : "no module is attached to that rank";
  }
  const bool masked = payload.get_byte_enable_ptr() != nullptr;
  if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
    info->refusal = problem.empty() && masked ? "data of an instruction cannot be masked" : problem;
  }
  if (!problem.empty()) {
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return masked ? ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE : ::tlm::TLM_OK_RESPONSE;
}

void Dram::add_instruction(std::uint32_t index) {
  Flight& flight = flights_[index];
  DramInstruction instruction;
  window_->decode(flight.payload->get_address(), flight.bytes, flight.write, instruction);
  instruction.priority = flight.priority;
  instruction.visible = flight.clock + frontend_clocks_;
  instruction.id = index;
  instruction.payload = served_;
  controller_->add(instruction);
  responders_ += flight.done == nullptr ? 1 : 0;
}

/// The answer is known when it passes, so the caller waits here.
void Dram::instruct_blocking(tlm::Payload& payload, sc_core::sc_time& delay) {
  sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;
  sync(tlm::now());
  sc_core::sc_event done;
  const std::uint32_t index = new_flight();
  describe(flights_[index], payload, 0, tlm::now());
  flights_[index].done = &done;
  expect(index);
  sc_core::wait(done);
}

void Dram::take_instructed() {
  for (const DramInstructionDone& done : controller_->instructed()) {
    const DramInstruction& instruction = done.instruction;
    const Flight& flight = flights_[instruction.id];
    const bool read = instruction.command == DramCommand::instruct_read;
    Time when = time_of(read ? done.first_data : done.end_of_data);
    // The data of the one before may still be under way, where this one has none of its own.
    for_slots_of(instruction,
                 [&](std::size_t slot) { when = std::max(when, instructed_until_[slot]); });
    for_slots_of(instruction, [&](std::size_t slot) { instructed_until_[slot] = when; });
    const Time response = std::max(when, time_of(done.end_of_data)) + params_.backend_latency;
    deliveries_.push({when, deliveries_made_++, instruction.id, instruction, response});
    if (flight.done != nullptr) {
      continue;  // its caller may not go on before the delivery
    }
    --responders_;
    if (posts_writes_ && flight.write) {
      slots_.push(response);
    }
    complete(flight, time_of(done.first_data) + params_.backend_latency, response);
  }
  controller_->instructed().clear();
}

void Dram::deliver(Time now) {
  while (!deliveries_.empty() && deliveries_.top().time <= now) {
    const Delivery delivery = deliveries_.top();
    deliveries_.pop();
    if (delivery.time < now) {
      throw model_error("an instruction was due in the past");
    }
    const DramInstruction& instruction = delivery.instruction;
    tlm::Payload& payload = *flights_[delivery.flight].payload;
    const RankInstruction told{instruction.encoding, instruction.rank == every_rank,
                               instruction.payload};
    const std::size_t bytes = instruction.beats == 0 ? 0 : payload.get_data_length();
    for_slots_of(instruction, [&](std::size_t slot) {
      RankLogic& logic = *rank_logic_[slot].logic;
      if (instruction.command == DramCommand::instruct_read) {
        logic.answer(told, Span<std::uint8_t>(payload.get_data_ptr(), bytes));
      } else {
        logic.receive(told, Span<const std::uint8_t>(payload.get_data_ptr(), bytes));
      }
    });
    Flight& flight = flights_[delivery.flight];  // not before: the logic may make requests
    if (flight.done != nullptr) {
      flight.done->notify(tlm::to_sc_time(delivery.response - now));
      flight.done = nullptr;
    }
    free_flights_.push_back(delivery.flight);
  }
}

Time Dram::next_delivery() const {
  Time next =
      deliveries_.empty() ? Time(std::numeric_limits<std::int64_t>::max()) : deliveries_.top().time;
  const Clock clock =
      controller_ == nullptr || !window_ ? DramChannel::never : controller_->earliest_instruction();
  // What is issued there is known by the clock after, at which nothing has arrived yet.
  return clock == DramChannel::never ? next : std::min(next, time_of(clock + 1));
}

}  // namespace lacuna::memory
