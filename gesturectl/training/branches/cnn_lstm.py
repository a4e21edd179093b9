"""CNN + LSTM: convolution over the joints of each step, an LSTM over the steps.

After Núñez et al., "Convolutional Neural Networks and Long Short-Term Memory for skeleton-based human activity and hand
gesture recognition", Pattern Recognition 76 (2018).
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, HandsBranch, SequenceHead
from gesturectl.training.features import WindowFeatures, paired, paired_mask

_FINGERS = 5
_FINGER_JOINTS = 4
_CHAIN = 24
_HAND = 32
_POSE = 40
_HIDDEN = 64


class Branch(HandsBranch):
    """Convolves along each finger, then across the fingers."""

    IDEA = "convolution along and across the fingers of each step, an LSTM over the steps"
    PAPER = "Núñez et al., Pattern Recognition 76, 2018"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        joint = 2 * (shape.channels + shape.dimensions)  # where it is and how it moves, in two steps
        chain, hand, pose = shape.wide(_CHAIN), shape.wide(_HAND), shape.wide(_POSE)
        self.along_finger = nn.Conv1d(joint, chain, kernel_size=_FINGER_JOINTS, stride=_FINGER_JOINTS)
        self.across_fingers = nn.Conv1d(chain, hand, kernel_size=3, padding=1)
        self.pose = nn.Linear(_FINGERS * hand, pose)
        self.head = SequenceHead(shape.hands * (pose + 2 * shape.step_features), shape.wide(_HIDDEN), shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        joints = torch.cat([window.shape, window.motion], dim=-1)
        B, T, J, D = joints.shape
        fingers = joints[:, :, 1:].reshape(B, T // 2, 2, J - 1, D).permute(0, 1, 2, 4, 3).reshape(-1, 2 * D, J - 1)
        hand = torch.relu(self.along_finger(fingers))  # (B T/2, chain, 5 fingers)
        hand = torch.relu(self.across_fingers(hand))  # (B T/2, hand, 5)
        pose = torch.relu(self.pose(hand.flatten(1))).reshape(-1, T // 2, self.pose.out_features)
        return torch.cat([pose, paired(window.steps)], dim=-1), paired_mask(window.mask)
