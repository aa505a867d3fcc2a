// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/tensor.h"

namespace lacuna::sparse {

/// Reads int8 weights [K, C] or [K, C, kh, kw] from a .npy file.
/// @throws Error (bad_input) with the byte offset of what is wrong
Tensor load_weight_file(const std::string& input);

/// Unsigned activations of a .npy file, [M, K] or [N, C, H, W].
/// @throws Error (bad_input) with the place of what is wrong
Tensor load_activation_file(const std::string& input);

}  // namespace lacuna::sparse
