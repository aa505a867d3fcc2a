// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/dot_products.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What sums of a layer with weights of 2:4 must be whose activations are quantized after their selection: of every four
/// elements the weights that are not zero choose theirs, and those two are a pair, a missing one of it zero
/// (sparse::select_pair) [SPARQ §5.4]. The last group of a row may be short.
reference::DotProducts promised_selection(const sparse::SparqFormat& format);

}  // namespace lacuna::sparq
