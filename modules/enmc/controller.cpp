// SPDX-License-Identifier: Apache-2.0
#include "enmc/controller.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

using sparse::screening::SoftmaxPart;

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float float_of(std::uint64_t bits) {
  const auto low = static_cast<std::uint32_t>(bits);
  float value = 0;
  std::memcpy(&value, &low, sizeof value);
  return value;
}

}  // namespace

Controller::Controller(const sc_core::sc_module_name& name, const RankParams& params,
                       RankPort& port, Screener& screener, Executor& executor,
                       OutputBuffer& outputs, RankAccounts& accounts, tlm::Watchdog& watchdog,
                       sc_core::sc_event& changed)
    : sc_module(name),
      params_(params),
      screener_(screener),
      executor_(executor),
      outputs_(outputs),
      accounts_(accounts),
      watchdog_(watchdog),
      changed_(changed),
      tiles_(params, port, screener, outputs, accounts) {
  SC_HAS_PROCESS(Controller);
  SC_THREAD(decode_all);
}

void Controller::refuse(const std::string& why) {
  at(Register::status) |= status_error;
  watchdog_.fail(model_error(fmt::format("{}: {}", name(), why)));
}

void Controller::receive(const memory::RankInstruction& instruction,
                         Span<const std::uint8_t> data) {
  Decoded decoded = decode(instruction.encoding);
  if (!decoded.problem.empty()) {
    refuse(decoded.problem);
    return;
  }
  if (waiting_.size() >= params_.instruction_buffer) {
    refuse(fmt::format("an instruction more than the instruction buffer's {}",
                       params_.instruction_buffer));
    return;
  }
  if (!data.empty()) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(data.size(), 8); ++i) {
      value |= std::uint64_t{data[i]} << (8 * i);
    }
    decoded.instruction.data = value;
  }
  ++accounts_.instructions;
  waiting_.push_back(decoded.instruction);
  received_.notify();
}

void Controller::answer(const memory::RankInstruction& instruction, Span<std::uint8_t> data) {
  const Decoded decoded = decode(instruction.encoding);
  ++accounts_.instructions;
  if (decoded.problem.empty() && decoded.instruction.opcode == Opcode::give_back) {
    outputs_.give_back(data);
    return;
  }
  if (!decoded.problem.empty() || decoded.instruction.opcode != Opcode::query) {
    refuse(decoded.problem.empty() ? "asked for data by an instruction that has none"
                                   : decoded.problem);
    return;
  }
  const std::uint64_t asked = value(static_cast<Register>(decoded.instruction.first));
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = i < 8 ? static_cast<std::uint8_t>(asked >> (8 * i)) : 0;
  }
}

std::uint64_t Controller::value(Register which) const {
  switch (which) {
    case Register::status:
      return of(Register::status) | (screener_.idle() ? 0 : status_screener) |
             (executor_.idle() ? 0 : status_executor);
    case Register::instructions:
      return executed_;
    case Register::candidates:
      return screener_.candidates() - forgotten_candidates_;
    case Register::output_bytes:
      return outputs_.bytes();
    default:
      return of(which);
  }
}

std::string Controller::waiting_for() const {
  return executing_
             ? fmt::format("{} to finish", screener_.idle() ? "the Executor" : "the Screener")
             : std::string();
}

void Controller::decode_all() {
  try {
    while (true) {
      while (waiting_.empty()) {
        sc_core::wait(received_);
      }
      executing_ = true;
      sc_core::wait(tlm::to_sc_time(period_));
      const Instruction instruction = waiting_.front();
      execute(instruction);
      // Its place is free only now: a host that counts what was executed never sends too much.
      waiting_.pop_front();
      ++executed_;
      executing_ = false;
      watchdog_.progress();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Controller::execute(const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::init:
      write(static_cast<Register>(instruction.first), instruction.data.value_or(0));
      return;
    case Opcode::load:
      load(instruction);
      return;
    case Opcode::multiply_add_int4:
      multiply(instruction);
      return;
    case Opcode::filter:
      screener_.push({ScreenerStep::Kind::filter, 0, 0, pass()});
      return;
    case Opcode::softmax:
      await_all();
      combine_parts();
      return;
    case Opcode::barrier:
      await_all();
      return;
    case Opcode::no_operation:
      return;
    case Opcode::clear:
      await_all();
      registers_.fill(0);
      outputs_.clear();
      tiles_.clear();
      forgotten_candidates_ = screener_.candidates();
      return;
    case Opcode::query:
    case Opcode::give_back:
      refuse(
          fmt::format("{} without a read on the data bus", form_of(instruction.opcode).mnemonic));
      return;
    default:
      await_all();
      execute_on_tiles(instruction);
  }
}

void Controller::execute_on_tiles(const Instruction& instruction) {
  const auto buffer = static_cast<Buffer>(instruction.first);
  try {
    switch (instruction.opcode) {
      case Opcode::load:
        tiles_.load(buffer, tile_address(instruction));
        return;
      case Opcode::store:
        tiles_.store(buffer, tile_address(instruction));
        return;
      case Opcode::move:
        tiles_.move(buffer, static_cast<Buffer>(instruction.second));
        return;
      case Opcode::add_int4:
      case Opcode::multiply_int4:
        tiles_.combine_int4(instruction, pass());
        return;
      case Opcode::sigmoid:
        tiles_.sigmoid(buffer);
        return;
      default:
        tiles_.combine_fp32(instruction);
    }
  } catch (const Error& error) {
    refuse(fmt::format("{}: {}", form_of(instruction.opcode).mnemonic,
                       error.diagnostics().front().message));
  }
}

/// Of one buffer; without an address in the instruction, from the register that the buffer has.
std::uint64_t Controller::tile_address(const Instruction& instruction) {
  const std::uint64_t bytes = tiles_.size_of(static_cast<Buffer>(instruction.first));
  switch (static_cast<Buffer>(instruction.first)) {
    case Buffer::feature_int4:
      return address_or_next(instruction, Register::feature_int4_address, bytes);
    case Buffer::weight_int4:
      return address_or_next(instruction, Register::weight_int4_address, bytes);
    case Buffer::psum_int4:
      return address_or_next(instruction, Register::bias_int4_address, bytes);
    case Buffer::feature_fp32:
      return address_or_next(instruction, Register::feature_fp32_address, bytes);
    case Buffer::weight_fp32:
      return address_or_next(instruction, Register::weight_fp32_address, bytes);
    default:
      if (!instruction.data) {
        throw model_error(fmt::format("{} has no address register: expected an address",
                                      buffer_name(instruction.first)));
      }
      return *instruction.data;
  }
}

void Controller::write(Register which, std::uint64_t value) {
  if (is_read_only(which)) {
    refuse(
        fmt::format("INIT {}: it is read only", register_name(static_cast<std::uint8_t>(which))));
    return;
  }
  if (which == Register::owner) {
    own(value != 0);
  }
  at(which) = value;
  if (which == Register::batch_id) {
    await_all();
    screener_.push({ScreenerStep::Kind::begin, 0, 0, pass()});
    CandidateRules rules;
    rules.features = of(Register::feature_fp32_address);
    rules.weights = of(Register::weight_fp32_address);
    rules.row_bytes = static_cast<std::uint32_t>(of(Register::fp32_row_bytes));
    rules.dimension = static_cast<std::uint32_t>(of(Register::dimension));
    executor_.begin(rules, pass().contexts);
  }
}

Pass Controller::pass() const {
  Pass pass;
  pass.contexts = static_cast<std::uint32_t>(of(Register::batch_size));
  pass.length = static_cast<std::uint32_t>(of(Register::screener_length));
  pass.rows = static_cast<std::uint32_t>(of(Register::rows));
  pass.block_rows = static_cast<std::uint32_t>(of(Register::block_rows));
  pass.threshold = static_cast<std::int32_t>(static_cast<std::uint32_t>(of(Register::threshold)));
  pass.worth = float_of(of(Register::worth));
  pass.returns_all = of(Register::returns) != 0;
  return pass;
}

std::uint64_t Controller::address_or_next(const Instruction& instruction, Register next,
                                          std::uint64_t bytes) {
  if (instruction.data) {
    return *instruction.data;
  }
  const std::uint64_t address = of(next);
  at(next) += bytes;
  return address;
}

void Controller::load(const Instruction& instruction) {
  const Pass now = pass();
  switch (static_cast<Buffer>(instruction.first)) {
    case Buffer::feature_int4: {
      const std::uint64_t bytes = std::uint64_t{now.contexts} * now.row_bytes();
      if (bytes == 0 || bytes > params_.feature_buffer.value()) {
        refuse(fmt::format("{} bytes of features for a buffer of {}", bytes,
                           params_.feature_buffer.value()));
        return;
      }
      screener_.push({ScreenerStep::Kind::features,
                      address_or_next(instruction, Register::feature_int4_address, bytes), bytes,
                      now});
      return;
    }
    case Buffer::psum_int4: {
      if (std::uint64_t{now.contexts} * now.block_rows > params_.sums()) {
        refuse(fmt::format("{} sums for a buffer of {}",
                           std::uint64_t{now.contexts} * now.block_rows, params_.sums()));
        return;
      }
      const std::uint64_t bytes = 4 * std::uint64_t{now.block_rows};
      screener_.push({ScreenerStep::Kind::biases,
                      address_or_next(instruction, Register::bias_int4_address, bytes), bytes,
                      now});
      return;
    }
    case Buffer::weight_int4:
      tiles_.place_weights(address_or_next(instruction, Register::weight_int4_address, tile_bytes));
      return;
    default:
      await_all();
      execute_on_tiles(instruction);
  }
}

/// With loop_tiles the generator makes the loads, from the address register.
void Controller::multiply(const Instruction& instruction) {
  if (static_cast<Buffer>(instruction.first) != Buffer::feature_int4 ||
      static_cast<Buffer>(instruction.second) != Buffer::weight_int4) {
    refuse("MUL_ADD_INT4 of other buffers than feature_int4 and weight_int4");
    return;
  }
  const std::uint64_t tiles = of(Register::loop_tiles);
  if (tiles == 0) {
    screener_.push({ScreenerStep::Kind::multiply, tiles_.weights_at(), tile_bytes, pass()});
    return;
  }
  const Pass now = pass();
  screener_.push(
      {ScreenerStep::Kind::multiply, of(Register::weight_int4_address), tiles * tile_bytes, now});
  at(Register::weight_int4_address) += std::uint64_t{now.block_rows} * now.row_bytes();
}

void Controller::await_all() {
  while (!screener_.idle() || !executor_.idle()) {
    sc_core::wait(changed_);
  }
}

/// What a host needs of each context for the normalizer of a softmax over all ranks.
void Controller::combine_parts() {
  for (std::size_t i = 0; i < screener_.parts().size() && i < softmax_registers; ++i) {
    std::vector<SoftmaxPart> parts;
    for (const auto& part : {screener_.parts()[i], executor_.parts()[i]}) {
      if (part) {
        parts.push_back(*part);
      }
    }
    const SoftmaxPart whole =
        parts.empty() ? SoftmaxPart{0, 0} : sparse::screening::merge_softmax(parts);
    registers_[static_cast<std::size_t>(Register::softmax0) + i] =
        std::uint64_t{bits_of(whole.sum)} << 32 | bits_of(whole.maximum);
  }
}

void Controller::own(bool by_logic) {
  const bool before = of(Register::owner) != 0;
  if (by_logic != before && rank_ != nullptr) {
    await_all();
    rank_->own(by_logic);
  }
  if (by_logic && !before) {
    owned_since_ = tlm::now();
  } else if (!by_logic && before) {
    await_all();
    owned_ += tlm::now() - owned_since_;
    const auto cycles =
        static_cast<std::uint64_t>((tlm::now() - owned_since_).value() / period_.value());
    accounts_.active_cycles += cycles;
    accounts_.buffer_cycle.count += cycles;
    accounts_.control_cycle.count += cycles;
    accounts_.memory_control_cycle.count += cycles;
  }
}

}  // namespace lacuna::enmc
