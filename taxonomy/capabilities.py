"""What a company can do, in shared words: a challenge requires them, a company states them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from taxonomy.themes import THEMES, Theme


@dataclass(frozen=True)
class Capability:
    """A capability of the shared list; `theme` is the theme it is listed under first."""

    code: str
    theme: str
    label: str | Promise


CAPABILITIES = (
    Capability("grid_sensors", "sensors_grid", _("Grid sensors")),
    Capability("substation_monitoring", "sensors_grid", _("Substation monitoring")),
    Capability("smart_metering", "sensors_grid", _("Smart metering")),
    Capability("fault_detection", "sensors_grid", _("Fault detection")),
    Capability("wireless_sensor_networks", "sensors_grid", _("Wireless sensor networks")),
    Capability("edge_gateways", "sensors_grid", _("Edge gateways")),
    Capability("power_quality", "sensors_grid", _("Power quality analysis")),
    Capability("leak_detection", "sensors_grid", _("Leak detection")),
    Capability("home_automation", "smart_home", _("Home automation")),
    Capability("energy_feedback", "smart_home", _("Energy feedback for households")),
    Capability("behaviour_design", "smart_home", _("Behavioural design")),
    Capability("gamification", "smart_home", _("Gamification")),
    Capability("indoor_climate", "smart_home", _("Indoor climate")),
    Capability("demand_response", "smart_home", _("Demand response")),
    Capability("user_involvement", "smart_home", _("User involvement")),
    Capability("assisted_living", "smart_home", _("Assisted living technology")),
    Capability("district_heating", "sustainable_energy", _("District heating")),
    Capability("heat_pumps", "sustainable_energy", _("Heat pumps")),
    Capability("solar_power", "sustainable_energy", _("Solar power")),
    Capability("wind_power", "sustainable_energy", _("Wind power")),
    Capability("energy_storage", "sustainable_energy", _("Energy storage")),
    Capability("hydrogen", "sustainable_energy", _("Hydrogen")),
    Capability("energy_communities", "sustainable_energy", _("Energy communities")),
    Capability("waste_heat", "sustainable_energy", _("Waste heat recovery")),
    Capability("cargo_bikes", "zero_emission_freight", _("Cargo bikes")),
    Capability("electric_vans", "zero_emission_freight", _("Electric vans and trucks")),
    Capability("micro_hubs", "zero_emission_freight", _("Urban micro-hubs")),
    Capability("route_planning", "zero_emission_freight", _("Route planning")),
    Capability("delivery_robots", "zero_emission_freight", _("Delivery robots")),
    Capability("freight_consolidation", "zero_emission_freight", _("Freight consolidation")),
    Capability("construction_logistics", "zero_emission_freight", _("Construction logistics")),
    Capability("shore_power", "zero_emission_freight", _("Shore power")),
    Capability("building_management", "smart_buildings", _("Building management systems")),
    Capability("ventilation_control", "smart_buildings", _("Ventilation control")),
    Capability("digital_twins", "smart_buildings", _("Digital twins")),
    Capability("energy_renovation", "smart_buildings", _("Energy renovation")),
    Capability("lighting_control", "smart_buildings", _("Lighting control")),
    Capability("low_carbon_materials", "smart_buildings", _("Low-carbon building materials")),
    Capability("facade_solar", "smart_buildings", _("Façade solar panels")),
    Capability("occupancy_sensing", "smart_buildings", _("Occupancy sensing")),
    Capability("waste_sorting", "waste_circular", _("Waste sorting")),
    Capability("smart_bins", "waste_circular", _("Smart bins")),
    Capability("vacuum_waste", "waste_circular", _("Vacuum waste collection")),
    Capability("reuse_platforms", "waste_circular", _("Reuse and sharing platforms")),
    Capability("material_recycling", "waste_circular", _("Material recycling")),
    Capability("biogas", "waste_circular", _("Biogas")),
    Capability("water_reuse", "waste_circular", _("Water reuse")),
    Capability("material_passports", "waste_circular", _("Material passports")),
    Capability("vehicle_charging", "mobility_charging", _("Vehicle charging")),
    Capability("vehicle_to_grid", "mobility_charging", _("Vehicle-to-grid")),
    Capability("shared_mobility", "mobility_charging", _("Shared mobility")),
    Capability("public_transport", "mobility_charging", _("Public transport services")),
    Capability("traffic_data", "mobility_charging", _("Traffic data")),
    Capability("parking", "mobility_charging", _("Smart parking")),
    Capability("street_lighting", "mobility_charging", _("Street lighting")),
    Capability("cycling", "mobility_charging", _("Cycling infrastructure")),
    Capability("computer_vision", "applied_ai", _("Computer vision")),
    Capability("drones", "applied_ai", _("Drones and inspection robots")),
    Capability("forecasting", "applied_ai", _("Forecasting and optimisation")),
    Capability("data_platforms", "applied_ai", _("Data platforms")),
    Capability("cyber_security", "applied_ai", _("Cyber security")),
    Capability("language_technology", "applied_ai", _("Language technology")),
    Capability("predictive_maintenance", "applied_ai", _("Predictive maintenance")),
    Capability("geographic_data", "applied_ai", _("Maps and geographic data")),
)

CAPABILITY_BY_CODE = {capability.code: capability for capability in CAPABILITIES}
CAPABILITY_CHOICES = [(capability.code, capability.label) for capability in CAPABILITIES]


def capabilities_by_theme() -> Iterator[tuple[Theme, tuple[Capability, ...]]]:
    for theme in THEMES:
        yield theme, tuple(one for one in CAPABILITIES if one.theme == theme.code)


def capability_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The capabilities as choices, by theme."""
    return [
        (str(theme.label), [(one.code, str(one.label)) for one in capabilities])
        for theme, capabilities in capabilities_by_theme()
    ]
