#pragma once

#include "varhush/models/splice_evaluator.hpp"

#include <memory>
#include <string>

namespace varhush::models {

/// The LibTorch evaluator, for graphics cards: every edited window whole, in batches of equal
/// length. Agrees with the native evaluator to float32 rounding (2e-6 in probability), not bit for
/// bit. `device` is a LibTorch device text: "cpu", "cuda", "cuda:1". Written for and labelled as
/// GPU code; its arithmetic is tested on the CPU device.
[[nodiscard]] std::unique_ptr<SpliceEvaluator> make_torch_evaluator(const std::string& model,
                                                                    const std::string& device);

/// What `--device auto|cpu|cuda[:N]` means here: "auto" is "cuda" when LibTorch sees a card, else
/// "cpu".
/// @throws Error{kUsage} for a card that is not there.
[[nodiscard]] std::string resolve_device(const std::string& wish);

}  // namespace varhush::models
