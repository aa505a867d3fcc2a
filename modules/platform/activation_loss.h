// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"

namespace lacuna::platform {

/// What an experiment says about the loss of quantized activations: how bits of synthetic ones are distributed, and how much
/// accuracy networks were published to lose. A proxy: no network is run, and no accuracy comes out.
struct ActivationLossStudy {
  std::string source;
  double zeros = 0.5;        ///< share of activations that are zero
  std::vector<double> bits;  ///< how often bits 0 to 7 of the others are set
  std::map<std::string, std::vector<double>>
      changes;  ///< format -> published change in accuracy, of each network
  std::vector<std::string> networks;

  bool empty() const { return changes.empty(); }
};

/// One format beside what was published of it.
struct ActivationLoss {
  std::string format;              ///< "4 bits, 5 placements, round"
  double sqnr_db = 0;              ///< power of the activations over that of their error
  double bits_per_activation = 0;  ///< windows, ShiftCtrl and MuxCtrl
  double mean_change = 0;          ///< published, over the networks, in percentage points
};

struct ActivationLossResult {
  std::vector<ActivationLoss> formats;
  std::vector<double> rank_correlations;  ///< of error and published loss, network by network
  double mean_rank_correlation = 0;       ///< of error and mean published loss
};

/// Reads {source, zeros, bits, networks, changes: {4-5-round: [...]}}; what is wrong goes to the diagnostics.
ActivationLossStudy read_activation_loss(const Node& node, Diagnostics& diagnostics);

/// Quantizes pairs of synthetic activations in every format of the study.
ActivationLossResult measure_activation_loss(const ActivationLossStudy& study);

/// Spearman's: Pearson's correlation of ranks, equal values sharing the mean of theirs; 0 where one side does not vary.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace lacuna::platform
