// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/fold_controller.h"

#include <algorithm>

namespace lacuna::sparq {

void FoldController::begin(const engine::TileOperands& operands) {
  geometry_ = operands.geometry;
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::WeightTurner(operands, options_.array.turner_latency);
  turning_ = options_.times_outputs() && geometry_->step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  folds_.clear();
  folds_left_ = true;
  loaded_ = streaming_ = emptying_ = false;
  rows_to_load_ = clocks_until_empty_ = 0;
  leaves_one_out_ = sparq::leaves_one_out(options_, *geometry_);
  latency_left_ = !options_.times_outputs() || !empties_array(options_, *geometry_) ? 0
                  : geometry_->step.last_chunk ? options_.array.output_latency
                                               : engine::partial_sum_latency;
  result_ = {};
}

bool FoldController::turn() {
  turning_ = turning_ && weights_.step();
  if (turning_) {
    ++result_.fill_cycles;
    ++result_.cycles;
  }
  return turning_;
}

const FoldInjection* FoldController::offer() {
  emptying_ = !folds_left_ && rows_to_load_ == 0 && !loaded_ && !streaming_;
  if (emptying_ && clocks_until_empty_ == 0) {
    return nullptr;
  }
  next_.keeps = next_.moves = next_.first = false;
  next_.kept.assign(columns_, 0);
  next_.moving.assign(rows_, 0);
  const bool was_loading = rows_to_load_ != 0;
  if (loaded_ && !streaming_) {
    loaded_ = false;
    streaming_ = true;
    fold_ = static_cast<std::uint32_t>(folds_.size() - 1);
    vector_ = 0;
  }
  if (streaming_) {
    stream();
  }
  if (was_loading || may_load()) {
    load();
  }
  return &next_;
}

bool FoldController::may_load() const {
  const bool room = !loaded_ && folds_left_;
  const bool apart = options_.skew == Skew::array_tile;
  return room && (!apart || (!next_.moves && clocks_until_empty_ == 0));
}

bool FoldController::taken() {
  clocks_until_empty_ -= clocks_until_empty_ != 0 ? 1 : 0;
  const bool apart = options_.skew == Skew::array_tile;
  const bool timed = next_.moves || (options_.array.overheads &&
                                     (!emptying_ || apart || empties_array(options_, *geometry_)));
  result_.busy_cycles += next_.moves ? 1 : 0;
  result_.fill_cycles += timed && !next_.moves ? 1 : 0;
  if (leaves_one_out_) {
    leaves_one_out_ = false;
    --result_.fill_cycles;
    return false;
  }
  result_.cycles += timed ? 1 : 0;
  return timed;
}

bool FoldController::wait_for_outputs() {
  if (latency_left_ == 0) {
    return false;
  }
  --latency_left_;
  ++result_.fill_cycles;
  ++result_.cycles;
  return true;
}

std::uint32_t FoldController::vectors() const {
  return weights_stay() ? geometry_->positions() : geometry_->step.channels;
}

/// Where columns hold positions, a stripe may have to end with a row of them.
std::uint32_t FoldController::stripe_end(std::uint32_t first) const {
  if (weights_stay()) {
    return std::min(first + columns_, geometry_->step.channels);
  }
  const bool any = geometry_->spread == engine::PositionSpread::any;
  const std::uint32_t width = any ? geometry_->positions() : geometry_->step.width;
  return std::min(first + columns_, first - first % width + width);
}

void FoldController::add_fold() {
  Fold fold;
  if (!folds_.empty()) {
    fold = folds_.back();
    fold.first_element += fold.elements;
    if (fold.first_element == geometry_->step.elements) {
      fold.first_element = 0;
      fold.first_column += fold.columns;
    }
  }
  fold.elements = std::min(rows_, geometry_->step.elements - fold.first_element);
  fold.columns = stripe_end(fold.first_column) - fold.first_column;
  const std::uint32_t all = weights_stay() ? geometry_->step.channels : geometry_->positions();
  folds_left_ = fold.first_element + fold.elements != geometry_->step.elements ||
                fold.first_column + fold.columns != all;
  folds_.push_back(fold);
}

void FoldController::load() {
  if (rows_to_load_ == 0) {
    add_fold();
    rows_to_load_ = rows_;
  }
  --rows_to_load_;
  const Fold& fold = folds_.back();
  next_.keeps = true;
  next_.keeps_row = rows_to_load_;
  if (rows_to_load_ < fold.elements) {
    for (std::uint32_t c = 0; c < fold.columns; ++c) {
      next_.kept[c] =
          operand(weights_stay(), fold.first_column + c, fold.first_element + rows_to_load_);
    }
    count_reads(weights_stay(), fold.columns);
  }
  loaded_ = rows_to_load_ == 0;
}

void FoldController::stream() {
  const Fold& fold = folds_[fold_];
  next_.moves = true;
  next_.first = vector_ == 0;
  next_.fold = fold_;
  next_.vector = vector_;
  for (std::uint32_t r = 0; r < fold.elements; ++r) {
    next_.moving[r] = operand(!weights_stay(), vector_, fold.first_element + r);
  }
  count_reads(!weights_stay(), fold.elements);
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  const std::uint64_t working = std::uint64_t{fold.elements} * fold.columns;
  ++result_.passes;
  result_.pe_cycles += pes;
  result_.lane_cycles += pes;
  result_.intra_pe_idle += working;
  result_.inter_pe_idle += pes - working;
  ++vector_;
  streaming_ = vector_ != vectors();
  clocks_until_empty_ = rows_ + columns_ - 1;
}

std::int16_t FoldController::operand(bool weight, std::uint32_t position_or_channel,
                                     std::uint32_t element) const {
  return weight ? static_cast<std::int8_t>(weights_.weight(position_or_channel, element))
                : activations_->read(position_or_channel, element);
}

void FoldController::count_reads(bool weights, std::uint64_t values) {
  (weights ? result_.weight_reads : result_.activation_reads) += values;
}

}  // namespace lacuna::sparq
