#pragma once

#include "varhush/models/splice_resnet_torch.hpp"
#include "varhush/train/trainer.hpp"

#include <vector>

namespace varhush::train {

/// Judges one member on the first `limit` validation tiles (copies follow their original).
ValidationResult validate_member(models::SpliceResnetTorch& member,
                                 const std::vector<Tile>& tiles,
                                 int limit);

}  // namespace varhush::train
