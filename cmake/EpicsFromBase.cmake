# EPICS Base as it stands at a facility: EPICS_BASE names its top.
#
# Defines what EpicsFromPython.cmake defines, and EPICS_BIN_DIR, where Base's own build tools lie.

set(EPICS_HOST_ARCH "$ENV{EPICS_HOST_ARCH}" CACHE STRING "Base's name for this machine")
if(NOT EPICS_HOST_ARCH)
  string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" EPICS_HOST_ARCH)
endif()
set(EPICS_BIN_DIR "${EPICS_BASE}/bin/${EPICS_HOST_ARCH}")
set(EPICS_DBD_DIR "${EPICS_BASE}/dbd")
set(EPICS_LIBRARY_DIR "${EPICS_BASE}/lib/${EPICS_HOST_ARCH}")
if(NOT EXISTS "${EPICS_DBD_DIR}/base.dbd" OR NOT EXISTS "${EPICS_LIBRARY_DIR}")
  message(FATAL_ERROR
    "EPICS_BASE=${EPICS_BASE} is no built EPICS Base for ${EPICS_HOST_ARCH}: dbd/base.dbd and "
    "lib/${EPICS_HOST_ARCH} are expected there. EPICS_HOST_ARCH may be set, too.")
endif()

add_library(EPICS::Headers INTERFACE IMPORTED)
target_include_directories(EPICS::Headers SYSTEM INTERFACE
  "${EPICS_BASE}/include" "${EPICS_BASE}/include/os/${CMAKE_SYSTEM_NAME}"
  "${EPICS_BASE}/include/compiler/$<IF:$<CXX_COMPILER_ID:Clang>,clang,gcc>")
target_compile_options(EPICS::Headers INTERFACE -D_GNU_SOURCE -D_DEFAULT_SOURCE -DUNIX
  $<$<STREQUAL:${CMAKE_SYSTEM_NAME},Linux>:-Dlinux>)

# epics_library(NAME): EPICS::NAME.
function(epics_library name)
  find_library(EPICS_${name}_LIBRARY ${name} PATHS "${EPICS_LIBRARY_DIR}" NO_DEFAULT_PATH REQUIRED)
  add_library(EPICS::${name} SHARED IMPORTED GLOBAL)
  set_target_properties(EPICS::${name} PROPERTIES
    IMPORTED_LOCATION "${EPICS_${name}_LIBRARY}" INTERFACE_LINK_LIBRARIES EPICS::Headers)
endfunction()

foreach(name Com ca dbCore dbRecStd)
  epics_library(${name})
endforeach()
