# asyn as it stands at a facility: ASYN names its top. Defines asyn::asyn and ASYN_DBD_DIR.

if(NOT EPICS_BASE)
  message(FATAL_ERROR "ASYN=${ASYN} needs EPICS_BASE, too: the EPICS Base that it was built with.")
endif()
set(ASYN_DBD_DIR "${ASYN}/dbd")
set(ASYN_LIBRARY_DIR "${ASYN}/lib/${EPICS_HOST_ARCH}")
find_library(ASYN_LIBRARY asyn PATHS "${ASYN_LIBRARY_DIR}" NO_DEFAULT_PATH)
if(NOT ASYN_LIBRARY OR NOT EXISTS "${ASYN_DBD_DIR}/asyn.dbd")
  message(FATAL_ERROR
    "ASYN=${ASYN} is no built asyn for ${EPICS_HOST_ARCH}: dbd/asyn.dbd and "
    "lib/${EPICS_HOST_ARCH}/libasyn are expected there.")
endif()

add_library(asyn::asyn SHARED IMPORTED GLOBAL)
set_target_properties(asyn::asyn PROPERTIES IMPORTED_LOCATION "${ASYN_LIBRARY}")
target_include_directories(asyn::asyn SYSTEM INTERFACE "${ASYN}/include")
target_link_libraries(asyn::asyn INTERFACE EPICS::dbCore EPICS::Com)
