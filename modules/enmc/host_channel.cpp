// SPDX-License-Identifier: Apache-2.0
#include "enmc/host_channel.h"

#include <algorithm>
#include <cstring>

#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

std::uint64_t word_of(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

std::array<std::uint8_t, 8> bytes_of(std::uint64_t word) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(word >> (8 * i));
  }
  return bytes;
}

float float_of(std::uint64_t bits) {
  const auto low = static_cast<std::uint32_t>(bits);
  float value = 0;
  std::memcpy(&value, &low, sizeof value);
  return value;
}

}  // namespace

void HostChannel::run(std::vector<Program> programs, std::uint32_t parts) {
  for (std::uint32_t r = 0; r < rules_.ranks; ++r) {
    RankState& state = ranks_[r];
    state.program.assign(1, programs[r]);
    state.finished = false;
    state.results.clear();
    state.parts.clear();
  }
  while (true) {
    const bool sent = send_what_fits();
    const bool more = poll();
    if (std::all_of(ranks_.begin(), ranks_.end(),
                    [](const RankState& state) { return state.finished; })) {
      break;
    }
    if (!sent && !more) {
      sc_core::wait(tlm::to_sc_time(rules_.poll_interval));
    }
  }
  writes_.await();
  read_parts(parts);
}

bool HostChannel::send_what_fits() {
  bool sent = false;
  for (std::uint32_t r = 0; r < rules_.ranks; ++r) {
    RankState& state = ranks_[r];
    Program& program = state.program.front();
    while (room(state) > 0 && !program.done() &&
           !(rules_.issue == Issue::broadcast && program.shared())) {
      send(r, *program.next());
      sent = true;
    }
  }
  return rules_.issue == Issue::broadcast ? send_shared() || sent : sent;
}

/// Once all ranks of the channel have had what is theirs alone.
bool HostChannel::send_shared() {
  bool sent = false;
  const auto may = [&] {
    return std::all_of(ranks_.begin(), ranks_.end(), [&](const RankState& state) {
      const Program& program = state.program.front();
      return program.shared() && !program.done() && room(state) > 0;
    });
  };
  while (may()) {
    Instruction instruction;
    for (RankState& state : ranks_) {
      instruction = *state.program.front().next();
      ++state.sent;
    }
    send(memory::every_rank, instruction);
    sent = true;
  }
  return sent;
}

void HostChannel::send(std::uint32_t rank, const Instruction& instruction) {
  if (rank != memory::every_rank) {
    ++ranks_[rank].sent;
  }
  ++sent_;
  const std::uint64_t address =
      window_.address_of(rules_.channel, rank, encode(instruction), instruction.data.has_value());
  const auto data = bytes_of(instruction.data.value_or(0));
  port_.write(address, data, writes_);
}

void HostChannel::query(std::uint32_t rank, std::uint8_t which) {
  ++polls_;
  const std::uint64_t address =
      window_.address_of(rules_.channel, rank, encode(of_opcode(Opcode::query, which)));
  port_.read(address, ranks_[rank].answer, answers_);
}

bool HostChannel::poll() {
  bool more = false;
  for (std::uint32_t r = 0; r < rules_.ranks; ++r) {
    if (ranks_[r].finished) {
      continue;
    }
    ++polls_;
    // How far it is, then what has come out: what it had done by then has come out.
    query(r, static_cast<std::uint8_t>(Register::instructions));
    port_.read(window_.address_of(rules_.channel, r, encode(of_opcode(Opcode::give_back))),
               ranks_[r].returned, answers_);
  }
  answers_.await();
  for (RankState& state : ranks_) {
    if (state.finished) {
      continue;
    }
    state.executed = word_of(state.answer.data());
    const bool full = take(state);
    more = more || full;
    state.finished = !full && state.program.front().done() && state.executed == state.sent;
  }
  return more;
}

/// @return whether the buffer may hold more
bool HostChannel::take(RankState& state) {
  for (std::size_t at = 0; at < state.returned.size(); at += result_bytes) {
    const std::uint64_t entry = word_of(&state.returned[at]);
    if (entry == no_result) {
      return false;
    }
    state.results.push_back(Result::from(entry));
  }
  return true;
}

void HostChannel::read_parts(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t r = 0; r < rules_.ranks; ++r) {
      query(r, static_cast<std::uint8_t>(static_cast<std::uint32_t>(Register::softmax0) + i));
    }
    answers_.await();
    for (RankState& state : ranks_) {
      const std::uint64_t word = word_of(state.answer.data());
      state.parts.push_back({float_of(word), float_of(word >> 32)});
    }
  }
}

}  // namespace lacuna::enmc
