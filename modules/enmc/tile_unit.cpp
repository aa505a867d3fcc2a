// SPDX-License-Identifier: Apache-2.0
#include "enmc/tile_unit.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.h"
#include "enmc/rank_timing.h"
#include "enmc/tile_kernels.h"
#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/special_functions.h"
#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

constexpr std::size_t tile_values = tile_bytes / sizeof(float);

std::string name_of(Buffer buffer) {
  return buffer_name(static_cast<std::uint8_t>(buffer));
}

Buffer first_of(const Instruction& instruction) {
  return static_cast<Buffer>(instruction.first);
}

Buffer second_of(const Instruction& instruction) {
  return static_cast<Buffer>(instruction.second);
}

template <class Value>
std::vector<std::uint8_t> as_bytes(const std::vector<Value>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(Value));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

TileUnit::TileUnit(const RankParams& params, RankPort& port, Screener& screener,
                   OutputBuffer& outputs, RankAccounts& accounts)
    : params_(params),
      stream_(port, params.requests),
      screener_(screener),
      outputs_(outputs),
      accounts_(accounts) {
  clear();
}

void TileUnit::clear() {
  features_.assign(tile_values, 0);
  weights_.assign(tile_values, 0);
  sums_.assign(params_.sums(), 0);
  weights_at_ = 0;
  screener_.set_sums({}, std::vector<std::int32_t>(params_.sums()));
}

std::uint64_t TileUnit::size_of(Buffer buffer) const {
  switch (buffer) {
    case Buffer::feature_int4:
      return params_.feature_buffer.value();
    case Buffer::psum_int4:
    case Buffer::psum_fp32:
      return params_.psum_buffer.value() / 4 * 4;
    default:
      return tile_bytes;
  }
}

void TileUnit::spend(std::uint64_t clocks) const {
  sc_core::wait(tlm::to_sc_time(Time(static_cast<std::int64_t>(clocks) * period_.value())));
}

std::vector<float>& TileUnit::floats(Buffer buffer) {
  switch (buffer) {
    case Buffer::feature_fp32:
      return features_;
    case Buffer::weight_fp32:
      return weights_;
    case Buffer::psum_fp32:
      return sums_;
    default:
      throw model_error(fmt::format(
          "{} holds no FP32: expected feature_fp32, weight_fp32 or psum_fp32", name_of(buffer)));
  }
}

std::vector<std::uint8_t> TileUnit::fetch(std::uint64_t address, std::uint64_t bytes) {
  stream_.ask(address, static_cast<std::uint32_t>(bytes), 0);
  std::vector<std::uint8_t> data = stream_.next().data;
  stream_.pop();
  return data;
}

void TileUnit::load(Buffer to, std::uint64_t address) {
  std::vector<float>& buffer = floats(to);
  const std::vector<std::uint8_t> data = fetch(address, size_of(to));
  std::memcpy(buffer.data(), data.data(), data.size());
  accounts_.executor_bytes += data.size();
}

std::vector<std::int32_t> TileUnit::sums() const {
  if (screener_.sums() == nullptr) {
    throw model_error("psum_int4 after MUL_ADD_INT4 or FILTER: its sums leave by FILTER only");
  }
  std::vector<std::int32_t> sums = *screener_.sums();
  sums.resize(params_.sums());
  return sums;
}

std::vector<std::uint8_t> TileUnit::bytes_of(Buffer buffer) {
  switch (buffer) {
    case Buffer::feature_int4: {
      std::vector<std::uint8_t> bytes = screener_.features();
      bytes.resize(size_of(buffer));
      return bytes;
    }
    case Buffer::weight_int4:
      accounts_.screener_bytes += tile_bytes;
      return fetch(weights_at_, tile_bytes);
    case Buffer::psum_int4:
      return as_bytes(sums());
    case Buffer::index:
    case Buffer::output:
      throw model_error(fmt::format("{} gives its content to {} only", name_of(buffer),
                                    buffer == Buffer::index ? "the Executor" : "RETURN"));
    default:
      return as_bytes(floats(buffer));
  }
}

void TileUnit::store(Buffer from, std::uint64_t address) {
  const std::vector<std::uint8_t> bytes = bytes_of(from);
  stream_.store(address, bytes);
  accounts_.executor_bytes += bytes.size();
}

void TileUnit::move(Buffer from, Buffer to) {
  const std::vector<std::uint8_t> bytes = bytes_of(from);
  if (to == Buffer::output) {
    spend(move_clocks(params_, bytes.size()));
    for (std::size_t at = 0; at < bytes.size(); at += result_bytes) {
      std::uint64_t entry = 0;
      std::memcpy(&entry, bytes.data() + at,
                  std::min<std::size_t>(result_bytes, bytes.size() - at));
      outputs_.push_entry(entry);
    }
    return;
  }
  std::vector<float>& target = floats(to);
  floats(from);  // other values would mean nothing there
  spend(move_clocks(params_, bytes.size()));
  std::memcpy(target.data(), bytes.data(), std::min(bytes.size(), target.size() * sizeof(float)));
}

std::vector<std::int32_t> TileUnit::values_of(Buffer buffer) {
  if (buffer == Buffer::psum_int4) {
    return sums();
  }
  if (buffer != Buffer::feature_int4 && buffer != Buffer::weight_int4) {
    throw model_error(fmt::format(
        "{} holds no integers: expected feature_int4, weight_int4 or psum_int4", name_of(buffer)));
  }
  const std::vector<std::uint8_t> packed = bytes_of(buffer);
  std::vector<std::int32_t> values(params_.sums());
  for (std::size_t i = 0; i < values.size() && i / 2 < packed.size(); ++i) {
    values[i] = sparse::screening::int4_at(packed, i);
  }
  return values;
}

void TileUnit::combine_int4(const Instruction& instruction, const Pass& pass) {
  const std::vector<std::int32_t> a = values_of(first_of(instruction));
  const std::vector<std::int32_t> b = values_of(second_of(instruction));
  const bool adds = instruction.opcode == Opcode::add_int4;
  std::vector<std::int32_t> result(params_.sums());
  combine(adds ? TileOperation::add : TileOperation::multiply, a, b, result);
  const std::uint64_t clocks = ceil_div(result.size(), params_.int4_macs);
  accounts_.int4_mac.count += result.size();
  accounts_.screener_cycles += clocks;
  spend(clocks);
  screener_.set_sums(pass, std::move(result));
}

void TileUnit::combine_fp32(const Instruction& instruction) {
  const std::vector<float>& a = floats(first_of(instruction));
  const std::vector<float>& b = floats(second_of(instruction));
  const std::size_t values = std::min(a.size(), b.size());
  if (instruction.opcode == Opcode::multiply_add_fp32) {
    if (first_of(instruction) != Buffer::feature_fp32 ||
        second_of(instruction) != Buffer::weight_fp32) {
      throw model_error("other buffers than feature_fp32 and weight_fp32");
    }
    sparse::screening::accumulate_lanes(b, a, Span<float>(sums_).first(params_.fp32_macs));
  } else {
    const auto operation =
        instruction.opcode == Opcode::add_fp32 ? TileOperation::add : TileOperation::multiply;
    combine(operation, a, b, Span<float>(sums_).first(std::min(values, sums_.size())));
  }
  const std::uint64_t clocks = accurate_clocks(params_, values * sizeof(float));
  accounts_.fp32_mac.count += values;
  accounts_.executor_cycles += clocks;
  spend(clocks);
}

void TileUnit::sigmoid(Buffer of) {
  std::vector<float>& values = floats(of);
  for (float& value : values) {
    value = sparse::screening::taylor_sigmoid(value);
  }
  const std::uint64_t clocks = special_clocks(params_, values.size());
  accounts_.special_cycles += clocks;
  spend(clocks);
}

}  // namespace lacuna::enmc
