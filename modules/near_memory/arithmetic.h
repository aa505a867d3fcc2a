// SPDX-License-Identifier: Apache-2.0
//
// What units compute, in the order in which they round, and in how many clocks. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/span.h"
#include "near_memory/layout.h"
#include "sparse/screening/special_functions.h"
#include "workload/classifier_data.h"

namespace lacuna::near_memory {

/// Multiply-accumulates of an exponential by a polynomial of 4th order [Liu, dissertation, 6.5.2].
inline constexpr double exponential_operations = 4;

/// Of so many rows by so many values of each context. Rows that follow each other fill the units;
/// values of a tile and contexts that do not, leave some idle.
double multiply_clocks(const UnitParams& params, std::uint32_t rows, std::uint32_t values,
                       std::uint32_t contexts);

/// Packed INT4 or FP32 as FP32.
void widen(Span<const std::uint8_t> bytes, std::uint32_t bits, Span<float> values);

/// A row's output: (((tile 0 + tile 1) + ...) + bias), each tile by lane_dot.
float tiled_output(Span<const float> weights, Span<const float> context, float bias,
                   std::uint32_t tile, std::uint32_t lanes);

/// Appends rows whose screener sum is above the threshold to `chosen`, what others are worth goes to
/// `kept`; without screening, all go there.
/// @param outputs  [rows, contexts], of row `first` and after
/// @return how many were chosen
std::uint32_t split_outputs(Span<const float> outputs, const UnitLayout& layout,
                            const workload::ClassifierConstants& constants, std::uint32_t context,
                            std::uint32_t first, std::vector<float>& kept,
                            std::vector<std::uint32_t>& chosen);

/// Adds values, or one candidate, to what there is of a softmax.
void merge_part(std::optional<sparse::screening::SoftmaxPart>& whole, Span<const float> values);
void merge_candidate(std::optional<sparse::screening::SoftmaxPart>& whole, float value);

}  // namespace lacuna::near_memory
