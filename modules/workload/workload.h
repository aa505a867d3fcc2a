// SPDX-License-Identifier: Apache-2.0
//
// Workload files. Either a network by formula:
//
//     name: resnet50
//     network: {type: resnet, depth: 50}        # types and parameters: workload/networks.h
//     workload: {batch: 1, output: int8}        # optional: the knobs of workload/params.h
//
// or layers by hand, with tensors from .npy files or synthetic ones:
//
//     name: two_layers
//     layers:
//       - {name: g, type: gemm, activations: {npy: a.npy}, weights: {npy: w.npy}}
//       - name: c
//         type: conv
//         activations: {shape: [1, 64, 14, 14], zero_fraction: 0.5}
//         weights: {shape: [32, 64, 3, 3], distribution: laplace}
//         stride: 1                              # or [vertical, horizontal]; dilation too
//         padding: 1                             # or [vertical, horizontal], or [top, left,
//         bottom, right] groups: 1 scale: {npy: s.npy}                    # float32 [N]; bias:
//         {npy: b.npy} is int32 [N] relu: true output: int8                           # int8, int16
//         or int32
//
// All keys of a layer are in workload/hand_layers.h. Files may `include` others as platform files
// do.
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "workload/layer.h"

namespace lacuna::workload {

/// What an accelerator is to compute: layers in running order.
struct Workload {
  std::string name;
  Params knobs;
  bool is_network = false;
  std::vector<Layer> layers;

  std::uint64_t macs() const;
};

/// A `--set workload.batch=4`, say.
struct Setting {
  std::string path;    ///< dotted, from the root of the workload file: "workload.batch"
  std::string value;   ///< in YAML notation
  std::string origin;  ///< stands in messages: "--set workload.batch=4"
};

/// Reads a workload file. @throws Error (bad_input) with everything that is wrong
Workload load_workload(const std::string& file, const std::vector<Setting>& settings = {});

/// The same from a parsed document.
/// @param directory      where relative .npy paths start whose nodes know no file
/// @param default_name   if the document has none
Workload read_workload(const Node& document, const std::string& directory,
                       const std::string& default_name);

}  // namespace lacuna::workload
