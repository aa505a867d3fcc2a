// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/span.h"
#include "core/tensor.h"

namespace lacuna::sparse {

/// Reads int8 weights [K, C] or [K, C, kh, kw] from a .npy file.
/// @throws Error (bad_input) with the byte offset of what is wrong
Tensor load_weight_file(const std::string& input);

/// Unsigned activations of a .npy file, [M, K] or [N, C, H, W].
/// @throws Error (bad_input) with the place of what is wrong
Tensor load_activation_file(const std::string& input);

/// Bytes as a tensor, to be saved.
Tensor as_tensor(Span<const std::uint8_t> bytes, Shape shape);

/// Weights with their channels last, back in the order of the file that they came from.
Tensor in_original_shape(Span<const std::int8_t> weights, const Shape& shape);

}  // namespace lacuna::sparse
