// SPDX-License-Identifier: Apache-2.0
#include "near_memory/sweep.h"

#include <algorithm>

namespace lacuna::near_memory {

namespace {

constexpr std::uint64_t bias_line_bytes = 64;

}  // namespace

Sweep::Sweep(const SweepRows& rows, const UnitLayout& layout, const UnitParams& params)
    : rows_(rows),
      layout_(layout),
      spills_(params.sums == Sums::spill && rows.matrix.tiles() > 1),
      ended_(rows.count == 0),
      request_(params.request.value()),
      block_rows_(block_rows_of(rows, params)) {}

std::uint32_t Sweep::block_rows_of(const SweepRows& rows, const UnitParams& params) {
  const std::uint64_t sums = params.sum_buffer.value() / 4 / rows.contexts;
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(sums, 1, std::max<std::uint32_t>(1, rows.count)));
}

std::optional<Piece> Sweep::next() {
  const Matrix& matrix = rows_.matrix;
  const std::uint32_t block_end = std::min(block_ + block_rows_, rows_.count);
  while (!ended_ && !held_) {
    Piece piece;
    piece.index = block_;
    piece.rows = std::min(block_rows_, rows_.count - block_);
    piece.tile = tile_;
    switch (step_) {
      case Step::features:
        step_ = Step::load_sums;
        if (!features_there_) {
          features_there_ = true;
          piece.kind = Piece::Kind::features;
          piece.at = matrix.features_at + std::uint64_t{4} * tile_ * matrix.tile;
          piece.bytes = 4 * matrix.tile_values(tile_);
          return piece;
        }
        break;
      case Step::load_sums:
        step_ = Step::weights;
        if (spills_ && tile_ > 0) {
          piece.kind = Piece::Kind::load_sums;
          piece.at = layout_.sums_at + std::uint64_t{4} * block_ * rows_.contexts;
          piece.bytes = 4 * piece.rows * rows_.contexts;
          return piece;
        }
        break;
      case Step::weights:
        if (block_ + within_ < block_end) {
          if (const auto biases = piece_of_biases()) {
            return biases;
          }
          return piece_of_weights();
        }
        step_ = Step::store_sums;
        break;
      case Step::store_sums: {
        const bool stores = spills_ && tile_ + 1 < matrix.tiles();
        piece.kind = Piece::Kind::store_sums;
        piece.at = layout_.sums_at + std::uint64_t{4} * block_ * rows_.contexts;
        const bool last_block = block_end == rows_.count;
        ended_ = !advance_block();
        if (stores) {
          held_ = last_block;
          return piece;
        }
        return next();
      }
    }
  }
  return std::nullopt;
}

/// To the next block or tile. @return false at the end
bool Sweep::advance_block() {
  const std::uint32_t tiles = rows_.matrix.tiles();
  step_ = Step::features;
  within_ = 0;
  const bool last_block = block_ + block_rows_ >= rows_.count;
  const bool last_tile = tile_ + 1 == tiles;
  if (last_block && last_tile) {
    return false;
  }
  if (spills_ ? last_block : !last_tile) {
    ++tile_;
    features_there_ = false;
    block_ = spills_ ? 0 : block_;
  } else {
    block_ += block_rows_;
    if (!spills_ && tiles > 1) {
      tile_ = 0;
      features_there_ = false;
    }
  }
  return true;
}

/// Before the last tile of a row, unless they are there.
std::optional<Piece> Sweep::piece_of_biases() {
  const Matrix& matrix = rows_.matrix;
  if (tile_ + 1 != matrix.tiles()) {
    return std::nullopt;
  }
  const std::uint64_t at = matrix.biases_at + std::uint64_t{4} * rows_.row(block_ + within_);
  if (bias_line_ <= at && at < bias_end_) {
    return std::nullopt;
  }
  const std::uint64_t wanted =
      rows_.chosen != nullptr
          ? bias_line_bytes
          : std::uint64_t{4} * (std::min(block_ + block_rows_, rows_.count) - block_ - within_);
  Piece piece;
  piece.kind = Piece::Kind::biases;
  piece.at = rows_.chosen != nullptr ? at / bias_line_bytes * bias_line_bytes : at;
  piece.bytes = static_cast<std::uint32_t>(std::min(wanted, request_));
  bias_line_ = piece.at;
  bias_end_ = piece.at + piece.bytes;
  return piece;
}

Piece Sweep::piece_of_weights() {
  const Matrix& matrix = rows_.matrix;
  const std::uint32_t index = block_ + within_;
  Piece piece;
  piece.kind = Piece::Kind::weights;
  piece.tile = tile_;
  piece.index = index;
  piece.rows = 1;
  const std::uint32_t bytes = matrix.bytes_of(matrix.tile_values(tile_));
  const bool follow_each_other = matrix.tiles() == 1 && rows_.chosen == nullptr;
  if (follow_each_other) {
    const std::uint32_t left = std::min(block_ + block_rows_, rows_.count) - index;
    const std::uint64_t fitting = std::max<std::uint64_t>(1, request_ / matrix.row_bytes);
    piece.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, fitting));
    const std::uint64_t bias_rows =
        (bias_end_ - matrix.biases_at) / 4 - rows_.row(index);  // whose biases are there
    piece.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(piece.rows, bias_rows));
  }
  piece.bytes = (piece.rows - 1) * matrix.row_bytes + bytes;
  piece.at = matrix.rows_at + std::uint64_t{matrix.row_bytes} * rows_.row(index) +
             matrix.bytes_of(tile_ * matrix.tile);
  within_ += piece.rows;
  return piece;
}

}  // namespace lacuna::near_memory
