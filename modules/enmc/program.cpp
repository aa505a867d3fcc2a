// SPDX-License-Identifier: Apache-2.0
#include "enmc/program.h"

#include <algorithm>
#include <cstring>

#include "core/rounding.h"

namespace lacuna::enmc {

namespace {

constexpr std::uint64_t tile_bytes = 256;

Instruction of_buffers(Opcode opcode, Buffer first, Buffer second = Buffer::feature_int4) {
  Instruction instruction = of_opcode(opcode, static_cast<std::uint8_t>(first));
  instruction.second = static_cast<std::uint8_t>(second);
  return instruction;
}

Instruction load(Buffer buffer, std::uint64_t address) {
  Instruction instruction = of_buffers(Opcode::load, buffer);
  instruction.data = address;
  return instruction;
}

std::uint64_t tiles_of_block(const RankLayout& layout) {
  return ceil_div(std::uint64_t{layout.block_rows} * layout.row_bytes, tile_bytes);
}

}  // namespace

Program::Program(const RankLayout& layout, std::uint32_t rank, const ClassifierConstants& constants,
                 const PassContexts& contexts, Issue issue)
    : layout_(layout),
      issue_(issue),
      // Rank 0 has the most rows; in a broadcast the others go along with it.
      blocks_(layout.blocks_of(issue == Issue::broadcast ? 0 : rank)) {
  std::uint32_t worth = 0;
  std::memcpy(&worth, &constants.worth, sizeof worth);
  initialise(Register::owner, 1);
  initialise(Register::batch_size, contexts.count);
  initialise(Register::rows, layout.rows_of(rank));
  initialise(Register::screener_length, constants.length);
  initialise(Register::dimension, constants.dimension);
  initialise(Register::block_rows, layout.block_rows);
  initialise(Register::loop_tiles, issue == Issue::auto_increment ? tiles_of_block(layout) : 0);
  initialise(Register::threshold, static_cast<std::uint32_t>(constants.threshold));
  initialise(Register::worth, worth);
  initialise(Register::returns, constants.returns_all ? 1 : 0);
  initialise(Register::fp32_row_bytes, layout.fp32_row_bytes);
  initialise(Register::weight_int4_address, layout.weights_int4);
  initialise(Register::bias_int4_address, layout.biases_int4);
  initialise(Register::weight_fp32_address, layout.weights_fp32);
  initialise(Register::feature_fp32_address,
             layout.features_fp32 + std::uint64_t{contexts.first} * layout.fp32_row_bytes);
  initialise(Register::batch_id, contexts.first);
  initialisation_.push_back(
      load(Buffer::feature_int4,
           layout.features_int4 + std::uint64_t{contexts.first} * layout.row_bytes));
  // A sigmoid needs nothing of the other outputs.
  end_.push_back(constants.normalizer == workload::Normalizer::softmax
                     ? of_buffers(Opcode::softmax, Buffer::psum_fp32)
                     : of_opcode(Opcode::barrier));
  if (contexts.last) {
    Instruction give_up = of_opcode(Opcode::init, static_cast<std::uint8_t>(Register::owner));
    give_up.data = 0;
    end_.push_back(give_up);
  }
}

void Program::initialise(Register which, std::uint64_t value) {
  Instruction instruction = of_opcode(Opcode::init, static_cast<std::uint8_t>(which));
  instruction.data = value;
  initialisation_.push_back(instruction);
}

std::optional<Instruction> Program::next() {
  std::deque<Instruction>& listed = initialisation_.empty() ? end_ : initialisation_;
  if (initialisation_.empty() && !loop_done()) {
    return next_of_loop();
  }
  if (listed.empty()) {
    return std::nullopt;
  }
  const Instruction instruction = listed.front();
  listed.pop_front();
  return instruction;
}

/// Biases into the partial sums; tiles; filter.
Instruction Program::next_of_loop() {
  const bool loops = issue_ == Issue::auto_increment;
  const auto tiles = static_cast<std::uint32_t>(tiles_of_block(layout_));
  const std::uint32_t multiplies = loops ? 1 : 2 * tiles;
  const std::uint32_t step = step_++;
  const std::uint64_t first_row = std::uint64_t{block_} * layout_.block_rows;
  if (step == 0) {
    return loops ? of_buffers(Opcode::load, Buffer::psum_int4)
                 : load(Buffer::psum_int4, layout_.biases_int4 + 4 * first_row);
  }
  if (step > multiplies) {
    step_ = 0;
    ++block_;
    return of_buffers(Opcode::filter, Buffer::psum_int4);
  }
  if (!loops && step % 2 == 1) {
    return load(Buffer::weight_int4,
                layout_.weights_int4 + first_row * layout_.row_bytes + (step / 2) * tile_bytes);
  }
  return of_buffers(Opcode::multiply_add_int4, Buffer::feature_int4, Buffer::weight_int4);
}

}  // namespace lacuna::enmc
