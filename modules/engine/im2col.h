// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "engine/tile.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// Gathers the activations of a tile step into a dense matrix [positions, elements], padding as
/// zeros. Elements come in the order of the reduction (kernel row, kernel column, channel), from
/// step.first_element on.
/// @param buffer the activation buffer, laid out as the window says (either layout)
/// @param matrix rows `stride` apart; from the elements to the next multiple of gemm_step it
/// becomes zero
/// @throws Error (stuck) when the buffer or the matrix is too small
void gather_activations(const workload::LayerShape& shape, const ActivationWindow& window,
                        const TileStep& step, Span<const std::uint8_t> buffer,
                        Span<std::int16_t> matrix, std::size_t stride);

/// The same as bytes, signed or not as they are in the buffer; nothing behind the elements is
/// written.
void gather_activations(const workload::LayerShape& shape, const ActivationWindow& window,
                        const TileStep& step, Span<const std::uint8_t> buffer,
                        Span<std::uint8_t> matrix, std::size_t stride);

/// Elements that are neighbours in a row of the window whatever the position: a kernel row when
/// columns are not dilated, else one kernel column.
struct GatherRun {
  std::uint32_t kernel_row = 0;
  std::int64_t offset = 0;    ///< bytes from the first channel of the pixel under the position
  std::uint32_t element = 0;  ///< first element, within the chunk
  std::uint32_t length = 0;
};

/// What a gather needs beside its pointers.
struct GatherPlan {
  Span<const GatherRun> runs;
  ActivationLayout layout = ActivationLayout::region;
  std::int64_t origin_y = 0;     ///< relative to the window's first row
  std::int64_t origin_byte = 0;  ///< of pixel x, relative to the window's first column
  std::int64_t step_y = 1;       ///< from output row to output row
  std::int64_t step_byte = 1;    ///< from output column to output column
  std::int64_t dilation_y = 1;
  std::int64_t rows = 0;  ///< of the window
  std::int64_t row_bytes = 0;
  std::size_t height = 0;  ///< of the position tile
  std::size_t width = 0;
  std::size_t elements = 0;
  bool is_signed = false;
};

}  // namespace lacuna::engine
