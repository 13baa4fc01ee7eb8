/// \file uploadgate.hpp
/// The core of uploadgate in one include: words, policy, inspection and the validators. No Beast, no storage.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/completed_file.hpp>
#include <uploadgate/display.hpp>
#include <uploadgate/error.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>
#include <uploadgate/policy.hpp>
#include <uploadgate/safe_name.hpp>
#include <uploadgate/upload.hpp>
#include <uploadgate/validator.hpp>
#include <uploadgate/validators/any_of.hpp>
#include <uploadgate/validators/browser_safe.hpp>
#include <uploadgate/validators/digest.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/magic_type.hpp>
#include <uploadgate/validators/max_size.hpp>
#include <uploadgate/validators/path_guard.hpp>
#include <uploadgate/validators/structure.hpp>
#include <uploadgate/verdict.hpp>
