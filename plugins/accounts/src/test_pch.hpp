// What nearly every test of this plugin includes anyway.
#pragma once

#include "pch.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
